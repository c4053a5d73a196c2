//! What was measured: one row a figure.

use serde::Serialize;

/// How rows are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// For a person, with the targets.
    Table,
    /// One JSON object a line.
    Json,
}

/// What a figure should reach.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    /// This or less.
    AtMost(f64),
    /// This or more.
    AtLeast(f64),
    /// Nothing is required of it.
    None,
}

impl Target {
    fn verdict(self, value: f64) -> String {
        let (holds, wanted) = match self {
            Self::AtMost(most) => (value <= most, format!("≤ {}", shown(most))),
            Self::AtLeast(least) => (value >= least, format!("≥ {}", shown(least))),
            Self::None => return String::new(),
        };
        if holds { format!("{wanted}  ok") } else { format!("{wanted}  MISSED") }
    }
}

/// The same job done by something else.
#[derive(Clone, Copy, Debug)]
pub struct Baseline<'a> {
    /// What did it.
    pub name: &'a str,
    /// What it came to, in the unit of the figure beside it.
    pub value: f64,
}

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    metric: &'a str,
    value: f64,
    unit: &'a str,
    baseline: Option<&'a str>,
    baseline_value: Option<f64>,
    ratio: Option<f64>,
}

/// Prints rows as they come.
#[derive(Debug)]
pub struct Report {
    style: Style,
    name: String,
}

impl Report {
    /// A report in this style.
    pub fn new(style: Style) -> Self {
        Self { style, name: String::new() }
    }

    /// From here on rows belong to this bench.
    pub fn begin(&mut self, name: &str) {
        name.clone_into(&mut self.name);
        if self.style == Style::Table {
            println!("\n{name}");
        }
    }

    /// A figure with no baseline.
    pub fn figure(&mut self, metric: &str, value: f64, unit: &str, target: Target) {
        self.row(metric, value, unit, target, None);
    }

    /// A figure beside the same one of something else.
    pub fn beside(&mut self, metric: &str, value: f64, unit: &str, target: Target, baseline: Baseline<'_>) {
        self.row(metric, value, unit, target, Some(baseline));
    }

    fn row(&mut self, metric: &str, value: f64, unit: &str, target: Target, baseline: Option<Baseline<'_>>) {
        let ratio = baseline.map(|b| value / b.value).filter(|ratio| ratio.is_finite());
        if self.style == Style::Json {
            let row = Row {
                name: &self.name,
                metric,
                value,
                unit,
                baseline: baseline.map(|b| b.name),
                baseline_value: baseline.map(|b| b.value),
                ratio,
            };
            // Strings and finite numbers always serialise; a figure that is not finite would be shown as null.
            println!("{}", serde_json::to_string(&row).unwrap_or_default());
            return;
        }
        let beside = baseline.map_or(String::new(), |b| {
            let ratio = ratio.map_or(String::new(), |ratio| format!(", × {}", shown(ratio)));
            format!("{} {}{ratio}", b.name, shown(b.value))
        });
        println!("  {metric:<28} {:>12} {unit:<10} {:<20} {beside}", shown(value), target.verdict(value));
    }
}

/// A number with as many digits as a reader needs.
fn shown(value: f64) -> String {
    match value.abs() {
        size if value.fract() == 0.0 && size < 1e15 => format!("{value:.0}"),
        size if size >= 1000.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 0.1 => format!("{value:.3}"),
        _ => format!("{value:.5}"),
    }
}
