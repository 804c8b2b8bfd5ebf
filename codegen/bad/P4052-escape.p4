const string s = "\q";
