enum bool Answer { Yes = true, No = false }
