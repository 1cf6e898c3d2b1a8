print("cae")
