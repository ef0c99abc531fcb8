//! accord-vm.
