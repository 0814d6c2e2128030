-- wrk: every request is a POST with a body of 1 MB.
wrk.method = "POST"
wrk.body = string.rep("x", 1048576)
