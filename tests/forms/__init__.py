"""Forms of joint working that places have used, one test for each, worked out by hand."""
