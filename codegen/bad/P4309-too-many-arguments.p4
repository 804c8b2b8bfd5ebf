struct pair<T> { T left; T right; }
const pair<bit<8>, bit<8>> p = { 1, 2 };
