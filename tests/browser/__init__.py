"""What people see and do in a browser, done in one."""
