struct pair<T> { T left; T right; }
const pair p = { 8w1, 8w2 };
