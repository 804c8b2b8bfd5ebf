const string s = "no end;
