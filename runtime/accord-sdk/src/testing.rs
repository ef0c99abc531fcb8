//! Scripted services and flow view for the tests of task authors.
