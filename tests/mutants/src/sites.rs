//! Finds the possible changes of a source file, and writes the file with every change behind a number.

use std::ops::Range;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{
    Attribute, BinOp, Expr, ExprBinary, ExprIf, ExprLit, ExprMacro, ExprRepeat, ExprUnary, ExprWhile,
    ImplItemFn, ItemConst, ItemFn, ItemImpl, ItemMod, ItemStatic, Lit, Meta, Pat, Stmt, TraitItemFn, Type,
    UnOp,
};

/// A change: `what` replaces the text of `place`.
#[derive(Clone, Debug, PartialEq)]
pub struct Mutant {
    pub number: usize,
    pub line: usize,
    pub place: Range<usize>,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// An expression with this text in its place.
    Instead(String),
    /// A removed statement.
    Deleted,
}

impl Mutant {
    /// `- before`, `+ after`, each shortened to one line.
    pub fn shown(&self, source: &str) -> String {
        let short = |text: &str| {
            let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if line.chars().count() > 90 {
                line.chars().take(90).chain("…".chars()).collect()
            } else {
                line
            }
        };
        let before = short(&source[self.place.clone()]);
        match &self.what {
            What::Instead(after) => format!("`{before}` → `{}`", short(after)),
            What::Deleted => format!("`{before}` deleted"),
        }
    }
}

/// Every change of a file, numbered from `first`.
pub fn find(source: &str, first: usize) -> syn::Result<Vec<Mutant>> {
    let file = syn::parse_file(source)?;
    let mut finder = Finder { source, first, found: Vec::new() };
    finder.visit_file(&file);
    Ok(finder.found)
}

struct Finder<'s> {
    source: &'s str,
    first: usize,
    found: Vec<Mutant>,
}

impl Finder<'_> {
    fn text(&self, span: Span) -> &str {
        &self.source[span.byte_range()]
    }

    fn add(&mut self, place: Span, what: What) {
        self.found.push(Mutant {
            number: self.first + self.found.len(),
            line: place.start().line,
            place: place.byte_range(),
            what,
        });
    }

    fn instead(&mut self, place: Span, text: impl Into<String>) {
        self.add(place, What::Instead(text.into()));
    }

    /// A condition that is always true, and one that is always false. A pattern in it cannot be removed.
    fn condition(&mut self, condition: &Expr) {
        if !matches_a_pattern(condition) {
            self.instead(condition.span(), "true");
            self.instead(condition.span(), "false");
        }
    }
}

fn matches_a_pattern(expr: &Expr) -> bool {
    match expr {
        Expr::Let(_) => true,
        Expr::Binary(binary) => matches_a_pattern(&binary.left) || matches_a_pattern(&binary.right),
        Expr::Paren(paren) => matches_a_pattern(&paren.expr),
        _ => false,
    }
}

/// The replacements of an operator: its opposite, and for a comparison also its boundary.
fn others(op: &BinOp) -> &'static [&'static str] {
    match op {
        BinOp::Add(_) => &["-"],
        BinOp::Sub(_) => &["+"],
        BinOp::Mul(_) => &["/"],
        BinOp::Div(_) | BinOp::Rem(_) => &["*"],
        BinOp::And(_) => &["||"],
        BinOp::Or(_) => &["&&"],
        BinOp::Eq(_) => &["!="],
        BinOp::Ne(_) => &["=="],
        BinOp::Lt(_) => &["<=", ">="],
        BinOp::Le(_) => &["<", ">"],
        BinOp::Gt(_) => &[">=", "<="],
        BinOp::Ge(_) => &[">", "<"],
        BinOp::AddAssign(_) => &["-="],
        BinOp::SubAssign(_) => &["+="],
        BinOp::MulAssign(_) => &["/="],
        BinOp::BitOr(_) => &["&"],
        BinOp::BitAnd(_) => &["|"],
        _ => &[],
    }
}

fn assigns(op: &BinOp) -> bool {
    matches!(op, BinOp::AddAssign(_) | BinOp::SubAssign(_) | BinOp::MulAssign(_) | BinOp::BitOrAssign(_))
}

/// Whether an item is for tests, fuzzing or another system, so that no test runs it in the product.
fn left_out(attributes: &[Attribute]) -> bool {
    let elsewhere = ["test", "fuzzing", "windows", "wasm", "not (unix"];
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => {
            let condition = list.tokens.to_string();
            elsewhere.iter().any(|word| condition.contains(word))
        }
        _ => attribute.path().segments.last().is_some_and(|last| last.ident == "test"),
    })
}

impl<'ast> Visit<'ast> for Finder<'_> {
    // Constants cannot ask at run time which change is enabled.
    fn visit_item_const(&mut self, _: &'ast ItemConst) {}
    fn visit_item_static(&mut self, _: &'ast ItemStatic) {}
    fn visit_impl_item_const(&mut self, _: &'ast syn::ImplItemConst) {}
    fn visit_trait_item_const(&mut self, _: &'ast syn::TraitItemConst) {}
    fn visit_expr_const(&mut self, _: &'ast syn::ExprConst) {}
    fn visit_type(&mut self, _: &'ast Type) {}
    fn visit_generic_argument(&mut self, _: &'ast syn::GenericArgument) {}
    fn visit_expr_macro(&mut self, _: &'ast ExprMacro) {}
    fn visit_stmt_macro(&mut self, _: &'ast syn::StmtMacro) {}
    fn visit_item_macro(&mut self, _: &'ast syn::ItemMacro) {}
    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if !left_out(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        if !left_out(&item.attrs) {
            visit::visit_item_impl(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        if item.sig.constness.is_none() && !left_out(&item.attrs) {
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        if item.sig.constness.is_none() && !left_out(&item.attrs) {
            visit::visit_impl_item_fn(self, item);
        }
    }

    fn visit_trait_item_fn(&mut self, item: &'ast TraitItemFn) {
        if item.sig.constness.is_none() {
            visit::visit_trait_item_fn(self, item);
        }
    }

    fn visit_expr_repeat(&mut self, repeat: &'ast ExprRepeat) {
        self.visit_expr(&repeat.expr);
    }

    fn visit_stmt(&mut self, stmt: &'ast Stmt) {
        if let Stmt::Expr(expr, Some(_)) = stmt {
            let acts = match expr {
                Expr::Binary(binary) => assigns(&binary.op),
                Expr::Assign(_)
                | Expr::Await(_)
                | Expr::Call(_)
                | Expr::MethodCall(_)
                | Expr::Try(_)
                | Expr::Return(_) => true,
                Expr::Break(_) | Expr::Continue(_) => true,
                _ => false,
            };
            if acts {
                self.add(stmt.span(), What::Deleted);
            }
        }
        visit::visit_stmt(self, stmt);
    }

    fn visit_expr_binary(&mut self, binary: &'ast ExprBinary) {
        if !matches_a_pattern(&binary.left) && !matches_a_pattern(&binary.right) {
            for other in others(&binary.op) {
                let (left, right) = (self.text(binary.left.span()), self.text(binary.right.span()));
                let text = format!("{left} {other} {right}");
                self.instead(binary.span(), text);
            }
        }
        visit::visit_expr_binary(self, binary);
    }

    fn visit_expr_unary(&mut self, unary: &'ast ExprUnary) {
        if matches!(unary.op, UnOp::Not(_)) {
            let text = self.text(unary.expr.span()).to_owned();
            self.instead(unary.span(), text);
        }
        visit::visit_expr_unary(self, unary);
    }

    fn visit_expr_if(&mut self, expr: &'ast ExprIf) {
        self.condition(&expr.cond);
        visit::visit_expr_if(self, expr);
    }

    fn visit_expr_while(&mut self, expr: &'ast ExprWhile) {
        self.condition(&expr.cond);
        visit::visit_expr_while(self, expr);
    }

    // In a pattern, only the guard is code that runs.
    fn visit_pat(&mut self, pattern: &'ast Pat) {
        if let Pat::Guard(pattern) = pattern {
            self.condition(&pattern.guard);
            self.visit_expr(&pattern.guard);
        }
    }

    fn visit_expr_lit(&mut self, lit: &'ast ExprLit) {
        if let Lit::Int(int) = &lit.lit {
            let text = format!("{int} + 1");
            self.instead(lit.span(), text);
        }
    }
}

/// The file with the given changes, and the place of each in the result, from the outside in.
pub fn splice(source: &str, mutants: &[Mutant]) -> (String, Vec<(usize, Range<usize>)>) {
    // Outer places first; several changes of one place are consecutive.
    let mut sorted: Vec<&Mutant> = mutants.iter().collect();
    sorted.sort_by_key(|mutant| (mutant.place.start, std::cmp::Reverse(mutant.place.end)));
    let (mut out, mut places) = (String::new(), Vec::new());
    write(source, 0..source.len(), &sorted, &mut out, &mut places);
    (out, places)
}

/// Copies `range` with the changes inside it.
fn write(
    source: &str,
    range: Range<usize>,
    mutants: &[&Mutant],
    out: &mut String,
    places: &mut Vec<(usize, Range<usize>)>,
) {
    let (mut at, mut rest) = (range.start, mutants);
    while let Some(first) = rest.first() {
        let same = rest.iter().take_while(|mutant| mutant.place == first.place).count();
        let inside = rest.iter().take_while(|mutant| mutant.place.end <= first.place.end).count();
        out.push_str(&source[at..first.place.start]);
        let start = out.len();
        let numbers: Vec<usize> = rest[..same].iter().map(|mutant| mutant.number).collect();
        places.extend(numbers.iter().map(|number| (*number, start..start)));
        let own = places.len() - same;
        if first.what == What::Deleted {
            out.push_str(&format!("if !crate::mutants::on({}) {{ ", first.number));
            write(source, first.place.clone(), &rest[same..inside], out, places);
            out.push_str(" }");
        } else {
            out.push('(');
            for mutant in &rest[..same] {
                if let What::Instead(text) = &mutant.what {
                    out.push_str(&format!("if crate::mutants::on({}) {{ {text} }} else ", mutant.number));
                }
            }
            out.push_str("{ ");
            write(source, first.place.clone(), &rest[same..inside], out, places);
            out.push_str(" })");
        }
        let end = out.len();
        for (_, place) in &mut places[own..own + same] {
            place.end = end;
        }
        at = first.place.end;
        rest = &rest[inside..];
    }
    out.push_str(&source[at..range.end]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(source: &str) -> Vec<String> {
        find(source, 0).unwrap().iter().map(|mutant| mutant.shown(source)).collect()
    }

    #[test]
    fn operators_conditions_numbers_and_statements_are_found() {
        let source = "fn f(a: u8) -> bool { g(a); if a < 7 && !h() { return true; } a == [0; 2][1] }";
        assert_eq!(
            shown(source),
            [
                "`g(a);` deleted",
                "`a < 7 && !h()` → `true`",
                "`a < 7 && !h()` → `false`",
                "`a < 7 && !h()` → `a < 7 || !h()`",
                "`a < 7` → `a <= 7`",
                "`a < 7` → `a >= 7`",
                "`7` → `7 + 1`",
                "`!h()` → `h()`",
                "`return true;` deleted",
                "`a == [0; 2][1]` → `a != [0; 2][1]`",
                "`0` → `0 + 1`",
                "`1` → `1 + 1`",
            ]
        );
    }

    #[test]
    fn what_is_settled_while_compiling_is_left_alone() {
        let source = "const A: u8 = 1 + 2; const fn f() -> u8 { 3 } #[cfg(test)] mod t { fn g() { h(); } } \
                      fn k(x: u8) { match x { 4 => {} _ => {} } if let 5 = x {} m!(6 + 7) }";
        assert_eq!(shown(source), [""; 0]);
    }

    #[test]
    fn a_file_with_its_changes_means_the_same() {
        let source = "fn f(a: u8) -> bool { g(a); a < 1 }";
        let mutants = find(source, 1).unwrap();
        let (out, places) = splice(source, &mutants);
        assert_eq!(
            out,
            "fn f(a: u8) -> bool { if !crate::mutants::on(1) { g(a); } (if crate::mutants::on(2) { a <= 1 } else \
             if crate::mutants::on(3) { a >= 1 } else { a < (if crate::mutants::on(4) { 1 + 1 } else { 1 }) }) }"
        );
        assert!(syn::parse_file(&out).is_ok());
        assert_eq!(places.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1, 2, 3, 4]);
        assert_eq!(&out[places[3].1.clone()], "(if crate::mutants::on(4) { 1 + 1 } else { 1 })");
    }
}
