enum Color { Red, Green, Blue }
const Color c = Color.Gren;
