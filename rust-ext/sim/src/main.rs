//! The `courseglue` command.

fn main() {
    println!("{}", courseglue_sim::simulate::simulate(&courseglue_sim::scenario::Plan::named(&std::env::args().nth(1).unwrap()).unwrap().tenth(), 1, |d, _| eprintln!("day {d}")).unwrap());
}
