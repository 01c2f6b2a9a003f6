//! Set cover: the cheapest scopes that meet every requirement.
//!
//! `site/assets/scopes.js` does the same, step by step, so that page and library give the same answer.

use std::collections::BTreeSet;

/// A scope that can write costs more than all that only read, of which there are fewer.
const WRITE: u64 = 1 << 20;
/// Search steps per group of requirements. After the reductions, little remains for any real schema.
const STEPS: u32 = 20_000;

/// A choice of scopes.
pub(super) struct Cover {
    /// Their numbers, ascending.
    pub(super) chosen: Set,
    /// No choice is cheaper.
    pub(super) exact: bool,
}

/// A requirement is met by any one scope that it lists.
pub(super) fn cover(reads_only: &[bool], required: Vec<Set>) -> Cover {
    let cost = |scope: usize| if reads_only.get(scope) == Some(&true) { 1 } else { WRITE };
    let mut sets = required;
    // An empty list needs no scope.
    sets.retain(|set| !set.is_empty());
    reduce(&mut sets, &cost);
    let mut cover = Cover { chosen: Set::new(), exact: true };
    while !sets.is_empty() {
        let group = take_group(&mut sets);
        let best = greedy(&group, &cost);
        let spent = best.iter().map(|scope| cost(*scope)).sum();
        let mut search = Search { cost: &cost, best, spent, steps: STEPS };
        search.branch(&group, &mut Vec::new(), 0);
        cover.exact &= search.steps > 0;
        cover.chosen.extend(search.best);
    }
    cover
}

/// A requirement: the scopes that meet it.
pub(super) type Set = BTreeSet<usize>;
type Cost<'a> = dyn Fn(usize) -> u64 + 'a;

/// Removes requirements that are implied by others, and scopes that a better one can replace, until nothing changes.
fn reduce(sets: &mut Vec<Set>, cost: &Cost<'_>) {
    loop {
        let before = sets.clone();
        sets.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
        sets.dedup();
        let all = sets.clone();
        sets.retain(|set| !all.iter().any(|other| other != set && other.is_subset(set)));
        let scopes: Set = sets.iter().flatten().copied().collect();
        let better = |one: usize, other: usize| {
            (cost(one), one) < (cost(other), other)
                && sets.iter().all(|set| !set.contains(&other) || set.contains(&one))
        };
        let dominated: Set =
            scopes.iter().copied().filter(|&scope| scopes.iter().any(|&one| better(one, scope))).collect();
        sets.iter_mut().for_each(|set| set.retain(|scope| !dominated.contains(scope)));
        if *sets == before {
            return;
        }
    }
}

/// Takes the first requirement and all that are connected to it by scopes.
fn take_group(sets: &mut Vec<Set>) -> Vec<Set> {
    let mut group: Vec<Set> = Vec::new();
    let mut scopes: Set = sets.first().cloned().unwrap_or_default();
    loop {
        let (inside, outside): (Vec<Set>, Vec<Set>) =
            std::mem::take(sets).into_iter().partition(|set| !set.is_disjoint(&scopes));
        *sets = outside;
        if inside.is_empty() {
            return group;
        }
        scopes.extend(inside.iter().flatten());
        group.extend(inside);
    }
}

/// Repeatedly takes the scope with the lowest cost per requirement: within `1 + ln n` of the best.
fn greedy(sets: &[Set], cost: &Cost<'_>) -> Vec<usize> {
    let mut open: Vec<&Set> = sets.iter().collect();
    let mut chosen = Vec::new();
    loop {
        let scopes: Set = open.iter().copied().flatten().copied().collect();
        let met = |scope: usize| open.iter().filter(|set| set.contains(&scope)).count() as u64;
        let Some(best) =
            scopes.into_iter().min_by(|&a, &b| (cost(a) * met(b)).cmp(&(cost(b) * met(a))).then(a.cmp(&b)))
        else {
            return chosen;
        };
        chosen.push(best);
        open.retain(|set| !set.contains(&best));
    }
}

/// Branch and bound over one group.
struct Search<'a> {
    cost: &'a Cost<'a>,
    best: Vec<usize>,
    /// The cost of `best`.
    spent: u64,
    steps: u32,
}

impl Search<'_> {
    fn branch(&mut self, open: &[Set], chosen: &mut Vec<usize>, spent: u64) {
        let Some(hardest) = open.iter().min_by_key(|set| set.len()) else {
            if spent < self.spent {
                (self.best, self.spent) = (chosen.clone(), spent);
            }
            return;
        };
        if self.steps == 0 || spent + self.bound(open) >= self.spent {
            return;
        }
        self.steps -= 1;
        let mut scopes: Vec<usize> = hardest.iter().copied().collect();
        scopes.sort_by_key(|&scope| ((self.cost)(scope), scope));
        for scope in scopes {
            let rest: Vec<Set> = open.iter().filter(|set| !set.contains(&scope)).cloned().collect();
            chosen.push(scope);
            self.branch(&rest, chosen, spent + (self.cost)(scope));
            chosen.pop();
        }
    }

    /// Requirements without a common scope need a scope each.
    fn bound(&self, open: &[Set]) -> u64 {
        let mut used = Set::new();
        let mut least = 0;
        for set in open {
            if set.is_disjoint(&used) {
                least += set.iter().map(|&scope| (self.cost)(scope)).min().unwrap_or_default();
                used.extend(set);
            }
        }
        least
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every possible choice.
    fn cheapest(reads_only: &[bool], required: &[Set]) -> (u32, u32) {
        let choices = 0u32..1 << reads_only.len();
        let meets =
            |choice: &u32| required.iter().all(|set| set.iter().any(|scope| choice >> scope & 1 == 1));
        choices.filter(meets).map(|choice| price(reads_only, |scope| choice >> scope & 1 == 1)).min().unwrap()
    }

    /// Number of scopes that write, and number of scopes.
    fn price(reads_only: &[bool], chosen: impl Fn(usize) -> bool) -> (u32, u32) {
        let chosen: Vec<usize> = (0..reads_only.len()).filter(|scope| chosen(*scope)).collect();
        let writes = chosen.iter().filter(|scope| !reads_only[**scope]).count();
        (writes as u32, chosen.len() as u32)
    }

    #[test]
    fn no_choice_is_cheaper_than_the_one_that_is_found() {
        // A sequence of numbers that is the same in every run.
        let mut state = 7u64;
        let mut below = |limit: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) % limit) as usize
        };
        for _ in 0..3000 {
            let reads_only: Vec<bool> = (0..1 + below(9)).map(|_| below(2) == 0).collect();
            let scopes = reads_only.len() as u64;
            let required: Vec<Set> =
                (0..below(12)).map(|_| (0..1 + below(4)).map(|_| below(scopes)).collect()).collect();
            let found = cover(&reads_only, required.clone());
            assert!(found.exact);
            let price = price(&reads_only, |scope| found.chosen.contains(&scope));
            assert_eq!(price, cheapest(&reads_only, &required), "{reads_only:?} {required:?}");
        }
    }

    #[test]
    fn a_search_that_is_broken_off_says_so_and_still_meets_everything() {
        // Every pair of 60 scopes: the best choice leaves out one, and proving that takes for ever.
        let required: Vec<Set> = (0..60).flat_map(|a| (0..a).map(move |b| Set::from([a, b]))).collect();
        let found = cover(&[true; 60], required.clone());
        assert!(required.iter().all(|set| set.iter().any(|scope| found.chosen.contains(scope))));
        assert!(!found.exact);
    }
}
