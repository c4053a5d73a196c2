//! The queue of events, in the order of virtual time; at equal times the one that was planned first comes first.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use courseglue_protocol::Millis;

struct PlannedEvent<E> {
    at: Millis,
    order: u64,
    event: E,
}

impl<E> PartialEq for PlannedEvent<E> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<E> Eq for PlannedEvent<E> {}

impl<E> PartialOrd for PlannedEvent<E> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> Ord for PlannedEvent<E> {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

/// The events to come.
pub struct Queue<E> {
    heap: BinaryHeap<Reverse<PlannedEvent<E>>>,
    order: u64,
}

impl<E> Default for Queue<E> {
    fn default() -> Self {
        Self { heap: BinaryHeap::new(), order: 0 }
    }
}

impl<E> Queue<E> {
    /// Plans an event.
    pub fn push(&mut self, at: Millis, event: E) {
        self.order += 1;
        self.heap.push(Reverse(PlannedEvent { at, order: self.order, event }));
    }

    /// The next event that is due before `end`, with its time.
    pub fn pop_before(&mut self, end: Millis) -> Option<(Millis, E)> {
        if self.heap.peek().is_none_or(|next| next.0.at >= end) {
            return None;
        }
        self.heap.pop().map(|Reverse(next)| (next.at, next.event))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_by_time_and_then_in_the_order_they_were_planned() {
        let mut queue = Queue::default();
        for (at, event) in [(5, 'c'), (1, 'a'), (5, 'd'), (9, 'e'), (1, 'b')] {
            queue.push(at, event);
        }
        let order: Vec<char> = std::iter::from_fn(|| queue.pop_before(9)).map(|(_, event)| event).collect();
        assert_eq!(order, ['a', 'b', 'c', 'd']);
        assert_eq!(queue.pop_before(10), Some((9, 'e')));
    }
}
