//! Plans the steps that turn a copy of this process's descriptors into those a child shall have.
//!
//! The steps run one after the other, so a step must not overwrite what a later one still reads.

use sys::FdAction;

/// A descriptor of the child: a copy of `source`, or closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChildDescriptor {
    pub child: i32,
    pub source: Option<i32>,
}

/// Orders the copies; a cycle goes through a descriptor above all others, which is closed at the end.
pub fn plan(wanted: &[ChildDescriptor]) -> Vec<FdAction> {
    let mut actions = Vec::with_capacity(wanted.len());
    let mut pending: Vec<(i32, i32)> =
        wanted.iter().filter_map(|wanted| Some((wanted.child, wanted.source?))).collect();
    let highest = wanted.iter().flat_map(|wanted| [Some(wanted.child), wanted.source]).flatten().max();
    let first_spare = highest.unwrap_or(0).max(9) + 1;
    let mut spare = first_spare;
    while !pending.is_empty() {
        let ready = pending.iter().position(|(child, _)| pending.iter().all(|(_, source)| source != child));
        match ready {
            Some(index) => {
                let (child, source) = pending.swap_remove(index);
                actions.push(FdAction::dup2(source, child));
            }
            // Everything left is part of a cycle; a copy onto itself (to drop close-on-exec) is the shortest.
            None => {
                let source = pending[0].1;
                actions.push(FdAction::dup2(source, spare));
                for (_, other) in pending.iter_mut().filter(|(_, other)| *other == source) {
                    *other = spare;
                }
                spare += 1;
            }
        }
    }
    actions.extend((first_spare..spare).map(FdAction::close));
    actions.extend(wanted.iter().filter(|wanted| wanted.source.is_none()).map(|wanted| FdAction::close(wanted.child)));
    actions
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(pairs: &[(i32, i32)]) -> Vec<ChildDescriptor> {
        pairs
            .iter()
            .map(|(child, source)| ChildDescriptor { child: *child, source: (*source >= 0).then_some(*source) })
            .collect()
    }

    #[test]
    fn a_plain_redirection_is_one_step() {
        assert_eq!(plan(&wanted(&[(1, 5)])), [FdAction::dup2(5, 1)]);
        assert_eq!(plan(&wanted(&[(0, -1)])), [FdAction::close(0)]);
    }

    #[test]
    fn a_source_is_read_before_it_is_overwritten() {
        assert_eq!(plan(&wanted(&[(5, 4), (4, 6)])), [FdAction::dup2(4, 5), FdAction::dup2(6, 4)]);
    }

    #[test]
    fn exchanged_descriptors_go_through_a_spare_one() {
        let actions = plan(&wanted(&[(1, 2), (2, 1)]));
        assert_eq!(actions, [FdAction::dup2(2, 10), FdAction::dup2(1, 2), FdAction::dup2(10, 1), FdAction::close(10)]);
    }

    #[test]
    fn a_copy_onto_itself_loses_close_on_exec() {
        assert_eq!(plan(&wanted(&[(4, 4)])), [FdAction::dup2(4, 10), FdAction::dup2(10, 4), FdAction::close(10)]);
    }
}
