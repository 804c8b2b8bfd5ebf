extern Policy { Policy(); abstract bit<8> choose(in bit<8> x); }
Policy() policy;
