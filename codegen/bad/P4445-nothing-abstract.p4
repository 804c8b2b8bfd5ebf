extern Counter { Counter(); void count(); }
Counter() counter = {
    void count() { }
};
