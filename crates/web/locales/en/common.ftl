yueka = Yueka
