//! Tokens to events: the grammar of YAML 1.1, as a machine of states with an explicit stack.
//! Source: YAML 1.1, chapters 7 to 9.

use std::borrow::Cow;

use super::scan::{Directive, Kind, Scanned, Scanner, SyntaxError, Token};

/// What happens in a document.
#[derive(Clone, Debug)]
pub(super) enum Event<'t> {
    /// A text, and whether it had neither quotes nor block indicator. `tag` is the full name.
    Scalar {
        value: Cow<'t, str>,
        plain: bool,
        tag: Option<Cow<'t, str>>,
    },
    /// `*name`.
    Alias,
    ListStart,
    ListEnd,
    MapStart,
    MapEnd,
    /// The document begins.
    DocumentStart,
    /// The document has ended.
    DocumentEnd,
    /// The text has ended without a document.
    StreamEnd,
}

/// An event's bytes. A value that is not there has none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// With tag and anchor.
    pub(super) start: u32,
    /// Without them.
    pub(super) content: u32,
    pub(super) end: u32,
}

impl Place {
    const fn new(start: u32, end: u32) -> Self {
        Self { start, content: start, end }
    }
}

#[derive(Clone, Copy, Debug)]
enum State {
    DocumentStart,
    DocumentContent,
    BlockNode,
    DocumentEnd,
    BlockListEntry,
    IndentlessEntry,
    BlockMapKey,
    BlockMapValue,
    FlowListEntry { first: bool },
    FlowPairKey,
    FlowPairValue,
    FlowPairEnd,
    FlowMapKey { first: bool },
    FlowMapValue,
    FlowMapEmptyValue,
    End,
}

/// What stands for a kind of token in a look-ahead.
type Is = fn(&Kind<'_>) -> bool;

type Happened<'t> = Scanned<(Event<'t>, Place)>;

/// The parser of events; only the first document is parsed.
pub(super) struct Events<'t> {
    scanner: Scanner<'t>,
    state: State,
    states: Vec<State>,
    handles: Vec<(&'t str, &'t str)>,
}

impl<'t> Events<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            scanner: Scanner::new(text),
            state: State::DocumentStart,
            states: Vec::new(),
            handles: vec![("!!", "tag:yaml.org,2002:"), ("!", "!")],
        }
    }

    pub(super) fn next(&mut self) -> Happened<'t> {
        match self.state {
            State::DocumentStart => self.document_start(),
            State::DocumentContent => self.document_content(),
            State::BlockNode => self.node(true, false),
            State::DocumentEnd => {
                let at = self.scanner.peek()?.start;
                self.state = State::End;
                Ok((Event::DocumentEnd, Place::new(at, at)))
            }
            State::BlockListEntry => self.block_list_entry(),
            State::IndentlessEntry => self.indentless_entry(),
            State::BlockMapKey => self.block_map_key(),
            State::BlockMapValue => self.block_map_value(),
            State::FlowListEntry { first } => self.flow_list_entry(first),
            State::FlowPairKey => self.flow_pair_key(),
            State::FlowPairValue => self.flow_pair_value(),
            State::FlowPairEnd => {
                let token = self.scanner.peek()?;
                let place = Place::new(token.start, token.end);
                self.state = State::FlowListEntry { first: false };
                Ok((Event::MapEnd, place))
            }
            State::FlowMapKey { first } => self.flow_map_key(first),
            State::FlowMapValue => self.flow_map_value(),
            State::FlowMapEmptyValue => {
                let at = self.scanner.peek()?.start;
                Ok(self.empty(State::FlowMapKey { first: false }, at))
            }
            State::End => {
                let at = self.scanner.peek()?.start;
                Ok((Event::StreamEnd, Place::new(at, at)))
            }
        }
    }

    fn next_is(&mut self, is: Is) -> Scanned<bool> {
        Ok(is(&self.scanner.peek()?.kind))
    }

    /// A value that is not there.
    fn empty(&mut self, next: State, at: u32) -> (Event<'t>, Place) {
        self.state = next;
        (Event::Scalar { value: Cow::Borrowed(""), plain: true, tag: None }, Place::new(at, at))
    }

    fn pop(&mut self) {
        self.state = self.states.pop().unwrap_or(State::End);
    }

    fn end(&mut self, event: Event<'t>, token: &Token<'t>) -> (Event<'t>, Place) {
        self.pop();
        (event, Place::new(token.start, token.end))
    }

    fn document_start(&mut self) -> Happened<'t> {
        let starts: Is = |kind| matches!(kind, Kind::Directive(_) | Kind::DocumentStart | Kind::StreamEnd);
        if !self.next_is(starts)? {
            self.states.push(State::DocumentEnd);
            self.state = State::BlockNode;
            let at = self.scanner.peek()?.start;
            return Ok((Event::DocumentStart, Place::new(at, at)));
        }
        while self.next_is(|kind| matches!(kind, Kind::DocumentEnd))? {
            self.scanner.next()?;
        }
        if self.next_is(|kind| matches!(kind, Kind::StreamEnd))? {
            self.state = State::End;
            let at = self.scanner.peek()?.start;
            return Ok((Event::StreamEnd, Place::new(at, at)));
        }
        self.directives()?;
        if !self.next_is(|kind| matches!(kind, Kind::DocumentStart))? {
            let token = self.scanner.peek()?;
            return Err(fail(
                "Directives must be followed by '---'",
                Some("Add a line '---' before the content."),
                token,
            ));
        }
        let token = self.scanner.next()?;
        self.states.push(State::DocumentEnd);
        self.state = State::DocumentContent;
        Ok((Event::DocumentStart, Place::new(token.start, token.end)))
    }

    fn document_content(&mut self) -> Happened<'t> {
        let is_empty: Is =
            |kind| matches!(kind, Kind::Directive(_) | Kind::DocumentStart | Kind::DocumentEnd | Kind::StreamEnd);
        if self.next_is(is_empty)? {
            let at = self.scanner.peek()?.start;
            self.states.pop();
            return Ok(self.empty(State::DocumentEnd, at));
        }
        self.node(true, false)
    }

    fn directives(&mut self) -> Scanned<()> {
        while self.next_is(|kind| matches!(kind, Kind::Directive(_)))? {
            let token = self.scanner.next()?;
            match token.kind {
                Kind::Directive(Directive::Yaml { is_supported: false }) => {
                    return Err(fail("Only YAML 1.1 is read", Some("Remove the '%YAML' line."), &token));
                }
                Kind::Directive(Directive::Tag { handle, prefix }) => self.handles.push((handle, prefix)),
                _ => {}
            }
        }
        Ok(())
    }

    /// A value. `block`: it may be a block list or map; `indentless`: a list at its key's own indentation, too.
    fn node(&mut self, block: bool, indentless: bool) -> Happened<'t> {
        if self.next_is(|kind| matches!(kind, Kind::Alias))? {
            let token = self.scanner.next()?;
            return Ok(self.end(Event::Alias, &token));
        }
        let mut properties: Option<(u32, u32)> = None;
        let mut tag = None;
        let (mut has_anchor, mut has_tag) = (false, false);
        loop {
            let token = self.scanner.peek()?;
            let is_next = match token.kind {
                Kind::Anchor => !std::mem::replace(&mut has_anchor, true),
                Kind::Tag { .. } => !std::mem::replace(&mut has_tag, true),
                _ => false,
            };
            if !is_next {
                break;
            }
            let token = self.scanner.next()?;
            properties = Some((properties.map_or(token.start, |(start, _)| start), token.end));
            if let Kind::Tag { handle, suffix } = token.kind {
                tag = Some(self.tag(handle, suffix, &token)?);
            }
        }
        let token = self.scanner.peek()?;
        let (content, token_end) = (token.start, token.end);
        let start = properties.map_or(content, |(start, _)| start);
        let place = |end| Place { start, content, end };
        match &token.kind {
            Kind::BlockEntry if indentless => {
                self.state = State::IndentlessEntry;
                Ok((Event::ListStart, place(token_end)))
            }
            Kind::Scalar { .. } => {
                let token = self.scanner.next()?;
                self.pop();
                match token.kind {
                    Kind::Scalar { value, plain } => Ok((Event::Scalar { value, plain, tag }, place(token.end))),
                    _ => Err(fail("A value was expected", None, &token)),
                }
            }
            Kind::FlowSequenceStart => {
                self.scanner.next()?;
                self.state = State::FlowListEntry { first: true };
                Ok((Event::ListStart, place(token_end)))
            }
            Kind::FlowMappingStart => {
                self.scanner.next()?;
                self.state = State::FlowMapKey { first: true };
                Ok((Event::MapStart, place(token_end)))
            }
            Kind::BlockSequenceStart if block => {
                self.scanner.next()?;
                self.state = State::BlockListEntry;
                Ok((Event::ListStart, place(content)))
            }
            Kind::BlockMappingStart if block => {
                self.scanner.next()?;
                self.state = State::BlockMapKey;
                Ok((Event::MapStart, place(content)))
            }
            _ => match properties {
                Some((start, end)) => {
                    self.pop();
                    let event = Event::Scalar { value: Cow::Borrowed(""), plain: true, tag };
                    Ok((event, Place { start, content: end, end }))
                }
                None => {
                    let found = name(&token.kind);
                    let hint = "Put quotes round a text that begins with it, or close the bracket before.";
                    Err(fail(format!("A value was expected, and this is {found}"), Some(hint), token))
                }
            },
        }
    }

    fn tag(&self, handle: &'t str, suffix: &'t str, token: &Token<'t>) -> Scanned<Cow<'t, str>> {
        if handle.is_empty() {
            return Ok(Cow::Borrowed(suffix));
        }
        match self.handles.iter().rev().find(|(known, _)| *known == handle) {
            Some((_, prefix)) => Ok(Cow::Owned(format!("{prefix}{suffix}"))),
            None => {
                let hint = "Put quotes round a text that begins with '!'.";
                Err(fail(format!("The tag prefix '{handle}' is not declared"), Some(hint), token))
            }
        }
    }

    /// Behind an indicator: the value, or nothing where one of `ends` follows.
    fn value_or_empty(&mut self, ends: Is, next: State, token_end: u32, block: bool, indentless: bool) -> Happened<'t> {
        if self.next_is(ends)? {
            return Ok(self.empty(next, token_end));
        }
        self.states.push(next);
        self.node(block, indentless)
    }

    fn block_list_entry(&mut self) -> Happened<'t> {
        if self.next_is(|kind| matches!(kind, Kind::BlockEntry))? {
            let token = self.scanner.next()?;
            let ends: Is = |kind| matches!(kind, Kind::BlockEntry | Kind::BlockEnd);
            return self.value_or_empty(ends, State::BlockListEntry, token.end, true, false);
        }
        if !self.next_is(|kind| matches!(kind, Kind::BlockEnd))? {
            let hint = "Begin the line with '- ', or indent it like what it belongs to.";
            let token = self.scanner.peek()?;
            return Err(fail("This does not continue the list it stands in: a '-' was expected", Some(hint), token));
        }
        let token = self.scanner.next()?;
        Ok(self.end(Event::ListEnd, &token))
    }

    fn indentless_entry(&mut self) -> Happened<'t> {
        if self.next_is(|kind| matches!(kind, Kind::BlockEntry))? {
            let token = self.scanner.next()?;
            let ends: Is = |kind| matches!(kind, Kind::BlockEntry | Kind::Key | Kind::Value | Kind::BlockEnd);
            return self.value_or_empty(ends, State::IndentlessEntry, token.end, true, false);
        }
        let token = self.scanner.peek()?;
        let place = Place::new(token.start, token.end);
        self.pop();
        Ok((Event::ListEnd, place))
    }

    fn block_map_key(&mut self) -> Happened<'t> {
        const ENDS: Is = |kind| matches!(kind, Kind::Key | Kind::Value | Kind::BlockEnd);
        if self.next_is(|kind| matches!(kind, Kind::Key))? {
            let token = self.scanner.next()?;
            return self.value_or_empty(ENDS, State::BlockMapValue, token.end, true, true);
        }
        if !self.next_is(|kind| matches!(kind, Kind::BlockEnd))? {
            let at = self.scanner.peek()?.start;
            let begins_line = self.scanner.begins_line(at);
            let token = self.scanner.peek()?;
            return Err(match &token.kind {
                Kind::Scalar { .. } if !begins_line => {
                    let hint = "Put the whole value into one pair of quotes, or into '${…}' if it is an expression.";
                    fail("Nothing can follow the value", Some(hint), token)
                }
                Kind::Scalar { .. } | Kind::BlockMappingStart | Kind::BlockSequenceStart | Kind::BlockEntry => {
                    let hint = "Indent it like the keys that it belongs to.";
                    fail("This does not continue the map it stands in: the indentation fits no key", Some(hint), token)
                }
                other => {
                    let message = format!("A key was expected, and this is {}", name(other));
                    fail(message, Some("Put quotes round the text that it belongs to."), token)
                }
            });
        }
        let token = self.scanner.next()?;
        Ok(self.end(Event::MapEnd, &token))
    }

    fn block_map_value(&mut self) -> Happened<'t> {
        const ENDS: Is = |kind| matches!(kind, Kind::Key | Kind::Value | Kind::BlockEnd);
        if self.next_is(|kind| matches!(kind, Kind::Value))? {
            let token = self.scanner.next()?;
            return self.value_or_empty(ENDS, State::BlockMapKey, token.end, true, true);
        }
        // A text behind a key that is followed by a ':' only further on: Concord's reader takes it for the value.
        if self.next_is(|kind| matches!(kind, Kind::Scalar { .. }))? {
            self.states.push(State::BlockMapKey);
            return self.node(true, true);
        }
        let at = self.scanner.peek()?.start;
        Ok(self.empty(State::BlockMapKey, at))
    }

    /// Goes over the comma between items; what else stands there is a mistake.
    fn comma(&mut self, first: bool, closer: char) -> Scanned<()> {
        if first {
            return Ok(());
        }
        let token = self.scanner.peek()?;
        if token.kind != Kind::FlowEntry {
            let found = name(&token.kind);
            let message = format!("',' or '{closer}' was expected, and this is {found}");
            let hint = "Close the bracket, or put a ',' between items; put quotes round texts with brackets in them.";
            return Err(fail(message, Some(hint), token));
        }
        self.scanner.next()?;
        Ok(())
    }

    fn flow_list_entry(&mut self, first: bool) -> Happened<'t> {
        const END: Is = |kind| matches!(kind, Kind::FlowSequenceEnd);
        if !self.next_is(END)? {
            self.comma(first, ']')?;
            if self.next_is(|kind| matches!(kind, Kind::Key))? {
                let token = self.scanner.peek()?;
                let place = Place::new(token.start, token.end);
                self.state = State::FlowPairKey;
                return Ok((Event::MapStart, place));
            }
            if !self.next_is(END)? {
                self.states.push(State::FlowListEntry { first: false });
                return self.node(false, false);
            }
        }
        self.flow_end(Event::ListEnd)
    }

    /// The bracket that closes a list or map. Concord's reader looks at what follows before it tells of the end.
    fn flow_end(&mut self, event: Event<'t>) -> Happened<'t> {
        let token = self.scanner.next()?;
        self.scanner.peek()?;
        Ok(self.end(event, &token))
    }

    fn flow_pair_key(&mut self) -> Happened<'t> {
        let token = self.scanner.next()?;
        let ends: Is = |kind| matches!(kind, Kind::Value | Kind::FlowEntry | Kind::FlowSequenceEnd);
        self.value_or_empty(ends, State::FlowPairValue, token.end, false, false)
    }

    fn flow_pair_value(&mut self) -> Happened<'t> {
        if self.next_is(|kind| matches!(kind, Kind::Value))? {
            let token = self.scanner.next()?;
            let ends: Is = |kind| matches!(kind, Kind::FlowEntry | Kind::FlowSequenceEnd);
            return self.value_or_empty(ends, State::FlowPairEnd, token.end, false, false);
        }
        let at = self.scanner.peek()?.start;
        Ok(self.empty(State::FlowPairEnd, at))
    }

    fn flow_map_key(&mut self, first: bool) -> Happened<'t> {
        const END: Is = |kind| matches!(kind, Kind::FlowMappingEnd);
        if !self.next_is(END)? {
            self.comma(first, '}')?;
            if self.next_is(|kind| matches!(kind, Kind::Key))? {
                let token = self.scanner.next()?;
                let ends: Is = |kind| matches!(kind, Kind::Value | Kind::FlowEntry | Kind::FlowMappingEnd);
                return self.value_or_empty(ends, State::FlowMapValue, token.end, false, false);
            }
            if !self.next_is(END)? {
                self.states.push(State::FlowMapEmptyValue);
                return self.node(false, false);
            }
        }
        self.flow_end(Event::MapEnd)
    }

    fn flow_map_value(&mut self) -> Happened<'t> {
        const NEXT: State = State::FlowMapKey { first: false };
        if self.next_is(|kind| matches!(kind, Kind::Value))? {
            let token = self.scanner.next()?;
            let ends: Is = |kind| matches!(kind, Kind::FlowEntry | Kind::FlowMappingEnd);
            return self.value_or_empty(ends, NEXT, token.end, false, false);
        }
        let at = self.scanner.peek()?.start;
        Ok(self.empty(NEXT, at))
    }
}

fn fail(message: impl Into<Cow<'static, str>>, hint: Option<&'static str>, token: &Token<'_>) -> SyntaxError {
    SyntaxError { message: message.into(), hint, at: token.start }
}

/// A token as a person would call it.
const fn name(kind: &Kind<'_>) -> &'static str {
    match kind {
        Kind::StreamEnd => "the end of the file",
        Kind::DocumentStart => "'---'",
        Kind::DocumentEnd => "'...'",
        Kind::Directive(_) => "a directive",
        Kind::BlockSequenceStart | Kind::BlockEntry => "'-'",
        Kind::BlockMappingStart | Kind::Key => "a key",
        Kind::BlockEnd => "the end of the indented block",
        Kind::FlowSequenceStart => "'['",
        Kind::FlowSequenceEnd => "']'",
        Kind::FlowMappingStart => "'{'",
        Kind::FlowMappingEnd => "'}'",
        Kind::FlowEntry => "','",
        Kind::Value => "':'",
        Kind::Alias => "an alias",
        Kind::Anchor => "an anchor",
        Kind::Tag { .. } => "a tag",
        Kind::Scalar { .. } => "a text",
    }
}
