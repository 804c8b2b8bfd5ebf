const string s = “hello”;
