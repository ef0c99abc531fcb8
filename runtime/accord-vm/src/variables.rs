//! The variables of one flow thread.
//!
//! Flows see the variables of the flows that called them, so a name is looked up through all scopes, innermost first.
//! Each name holds its bindings by scope, so that a look-up takes the same time however deep the calls are.

use std::sync::Arc;

use accord_value::{Map, MapKind, Value};
use indexmap::IndexMap;

#[cfg(test)]
mod tests;

/// No further binding of a scope.
const END: u32 = u32::MAX;

/// All scopes of one flow thread.
#[derive(Clone, Default)]
pub(crate) struct Variables {
    slots: IndexMap<Arc<str>, Slot, foldhash::fast::RandomState>,
    scopes: Vec<ScopeState>,
    /// Indices of the scopes that `set` writes to, innermost last.
    roots: Vec<u32>,
}

/// The bindings of one name, outermost first. A slot that is empty stays: its name will likely be bound again.
type Slot = Vec<Binding>;

#[derive(Clone)]
struct Binding {
    scope: u32,
    /// Slot of the binding that its scope got before this one.
    before: u32,
    value: Value,
}

#[derive(Clone, Copy)]
struct ScopeState {
    is_root: bool,
    /// Slot of the binding that the scope got last.
    last: u32,
}

/// The content of one scope, for a stored state.
pub(crate) struct ScopeContent {
    /// Whether `set` writes to it.
    pub(crate) is_root: bool,
    /// Names and values in the order of binding.
    pub(crate) variables: Vec<(Arc<str>, Value)>,
}

impl Variables {
    /// One root scope with these variables.
    pub(crate) fn with_root(variables: impl IntoIterator<Item = (Arc<str>, Value)>) -> Self {
        let mut all = Self::default();
        all.push(true);
        for (name, value) in variables {
            all.set_innermost(&name, value);
        }
        all
    }

    /// Opens a scope; `set` writes to the innermost root.
    pub(crate) fn push(&mut self, is_root: bool) {
        if is_root {
            self.roots.push(self.depth());
        }
        self.scopes.push(ScopeState { is_root, last: END });
    }

    /// Closes the innermost scope.
    pub(crate) fn pop(&mut self) {
        let Some(scope) = self.scopes.pop() else { return };
        self.unbind(scope.last);
        if scope.is_root {
            self.roots.pop();
        }
    }

    /// Empties the innermost scope.
    pub(crate) fn reset(&mut self) {
        let Some(scope) = self.scopes.last_mut() else { return };
        let last = std::mem::replace(&mut scope.last, END);
        self.unbind(last);
    }

    /// The value that is seen under `name`.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.slots.get(name)?.last().map(|binding| &binding.value)
    }

    /// Whether anything is seen under `name`.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The value that the innermost root scope itself has under `name`.
    pub(crate) fn own(&self, name: &str) -> Option<&Value> {
        let root = *self.roots.last()?;
        let slot = self.slots.get(name)?;
        slot.iter().rev().find(|binding| binding.scope == root).map(|binding| &binding.value)
    }

    /// Sets a variable of the innermost root scope: what `set` and `out` do.
    pub(crate) fn set(&mut self, name: &Arc<str>, value: Value) {
        if let Some(root) = self.roots.last() {
            self.bind(*root, name, value);
        }
    }

    /// Sets a variable of the outermost scope.
    pub(crate) fn set_outermost(&mut self, name: &Arc<str>, value: Value) {
        self.bind(0, name, value);
    }

    /// Sets a variable of the innermost scope, root or not.
    pub(crate) fn set_innermost(&mut self, name: &Arc<str>, value: Value) {
        if let Some(scope) = self.depth().checked_sub(1) {
            self.bind(scope, name, value);
        }
    }

    /// All that is seen, outermost scope first, each scope in the order of binding.
    pub(crate) fn visible(&self) -> Vec<(Arc<str>, Value)> {
        let mut seen = Vec::with_capacity(self.slots.len());
        let mut taken = vec![false; self.slots.len()];
        for scope in 0..self.depth() {
            for (index, _) in self.bindings(scope) {
                let (Some((name, slot)), Some(taken)) = (self.slots.get_index(index), taken.get_mut(index)) else {
                    continue;
                };
                if let Some(binding) = slot.last()
                    && !std::mem::replace(taken, true)
                {
                    seen.push((Arc::clone(name), binding.value.clone()));
                }
            }
        }
        seen
    }

    /// All that is seen, as a map.
    pub(crate) fn visible_map(&self) -> Map {
        Map::of_kind_from(
            MapKind::Linked,
            self.visible().into_iter().map(|(name, value)| (Value::Text(name.into()), value)),
        )
    }

    /// The variables that the innermost root scope itself has, in the order of binding.
    pub(crate) fn own_variables(&self) -> Vec<(Arc<str>, Value)> {
        self.roots.last().map(|root| self.content_of(*root)).unwrap_or_default()
    }

    /// The variables of the outermost scope, in the order of binding.
    pub(crate) fn outermost_variables(&self) -> Vec<(Arc<str>, Value)> {
        self.content_of(0)
    }

    /// All scopes, outermost first.
    pub(crate) fn scopes(&self) -> Vec<ScopeContent> {
        (0..self.depth())
            .zip(&self.scopes)
            .map(|(index, scope)| ScopeContent { is_root: scope.is_root, variables: self.content_of(index) })
            .collect()
    }

    fn depth(&self) -> u32 {
        u32::try_from(self.scopes.len()).unwrap_or(END)
    }

    fn content_of(&self, scope: u32) -> Vec<(Arc<str>, Value)> {
        self.bindings(scope)
            .into_iter()
            .filter_map(|(index, at)| {
                let (name, slot) = self.slots.get_index(index)?;
                Some((Arc::clone(name), slot.get(at)?.value.clone()))
            })
            .collect()
    }

    /// Slots of a scope's bindings, and the positions of the bindings in them, in the order of binding.
    fn bindings(&self, scope: u32) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let mut index = self.scopes.get(scope as usize).map_or(END, |state| state.last);
        while let Some((_, slot)) = self.slots.get_index(index as usize) {
            let Some(position) = slot.iter().rposition(|binding| binding.scope == scope) else { break };
            found.push((index as usize, position));
            index = slot.get(position).map_or(END, |binding| binding.before);
        }
        found.reverse();
        found
    }

    fn bind(&mut self, scope: u32, name: &Arc<str>, value: Value) {
        let (index, slot) = match self.slots.get_full_mut(&**name) {
            Some((index, _, slot)) => (index, slot),
            None => {
                let (index, _) = self.slots.insert_full(Arc::clone(name), Slot::new());
                let Some((_, slot)) = self.slots.get_index_mut(index) else { return };
                (index, slot)
            }
        };
        // A scope further in may have the name too (`lastError` while a handler sets it): keep them in order.
        let at = slot.iter().rposition(|binding| binding.scope <= scope);
        match at.and_then(|at| slot.get_mut(at)) {
            Some(binding) if binding.scope == scope => binding.value = value,
            _ => {
                let Some(state) = self.scopes.get_mut(scope as usize) else { return };
                let before = std::mem::replace(&mut state.last, u32::try_from(index).unwrap_or(END));
                slot.insert(at.map_or(0, |at| at + 1), Binding { scope, before, value });
            }
        }
    }

    /// Removes the chain of bindings that begins at slot `index`. They belong to the innermost scope and so stand last
    /// in their slots.
    fn unbind(&mut self, mut index: u32) {
        while let Some((_, slot)) = self.slots.get_index_mut(index as usize) {
            let Some(binding) = slot.pop() else { break };
            index = binding.before;
        }
    }
}
