enum bit<4> Kind { Small = 1, Large = 16 }
