error { BadChecksum, BadLength }
error { BadChecksum }
