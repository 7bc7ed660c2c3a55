module example.com/ostinato-executor

go 1.20
