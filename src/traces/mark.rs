//! By what conversations are found: who had a part in them, in any of their calls or in what stands around those.

/// What marks a conversation: `kind` of `conversation_marks`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Mark {
    Run = 0,
    Component = 1,
    Team = 2,
}

impl Mark {
    /// As what a call of these marks its conversation.
    pub(super) fn of(run: i64, component: Option<i64>, team: Option<i64>) -> impl Iterator<Item = (Self, i64)> {
        let marks = [(Self::Run, Some(run)), (Self::Component, component), (Self::Team, team)];
        marks.into_iter().filter_map(|(mark, value)| Some((mark, value?)))
    }

    /// As a column.
    pub(super) fn code(self) -> i64 {
        self as i64
    }
}
