#define NAME(text) # other
const string s = NAME(x);
