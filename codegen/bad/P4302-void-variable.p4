control c() {
    apply {
        void nothing;
    }
}
