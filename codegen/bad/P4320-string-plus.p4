const string s = "a" + "b";
