enum Kind { Request = 1, Reply = 2 }
