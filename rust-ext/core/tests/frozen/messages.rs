//! A conversation with one site: every operation, and every fault that a single request can bring about.

use std::sync::Arc;

use courseglue_core::{Change, Handling, Response, Settings, Site, Task};
use courseglue_protocol::{Descriptor, Entry, Id, ItemType, Millis, Secret, Term, Terms, Voucher};
use serde_json::{Value, json};

use super::freeze;

const NETWORK: &str = "courseglue";
const NOW: Millis = 1_763_830_000_000;
const TODAY: u32 = 20_414;
/// 32 bytes of one letter each, in base64.
const SECRETS: [&str; 4] = [
    "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=",
    "YmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmI=",
    "Y2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2M=",
    "ZGRkZGRkZGRkZGRkZGRkZGRkZGRkZGRkZGRkZGRkZGQ=",
];
const ADDRESSES: [&str; 4] = ["a.example", "b.example/moodle", "c.example", "d.example"];

fn secret(of: usize) -> Secret {
    Secret::from_base64(SECRETS[of]).unwrap()
}

/// A site's entry, with the words that the sites before it give for it.
fn entry(of: usize) -> Entry {
    let body =
        json!({"address": ADDRESSES[of], "scheme": "https", "key": secret(of).public(), "seq": NOW - 1_000,
        "lease": TODAY + 45, "name": "A site", "software": "Moodle", "release": "4.5", "plugin": "0.1.0",
        "protocol": 1, "country": "ES", "lang": "ca", "figures": {"courses": 3}})
        .to_string();
    let (descriptor, _) = Descriptor::parse(&body).unwrap();
    let node = |of: usize| courseglue_protocol::Address::from_url(ADDRESSES[of]).unwrap().1.node_id();
    let word = |giver: usize| Voucher::sign(&secret(giver), NETWORK, node(giver), &descriptor, TODAY);
    Entry {
        sig: secret(of).sign(NETWORK, ItemType::Descriptor, &body),
        body,
        vouchers: (0..of).map(word).collect(),
    }
}

struct Conversation {
    site: Arc<Site>,
    said: Vec<Value>,
}

impl Conversation {
    fn new() -> Self {
        let settings = json!({"network": NETWORK, "address": ADDRESSES[0], "scheme": "https", "secret": SECRETS[0],
            "viewdir": "", "serving": true, "blockedhosts": [], "allowedports": [], "seed": "seed"});
        let mut site = Site::new(Settings::from_json(&settings.to_string()).unwrap());
        (0..3).for_each(|of| site.apply(Change::from(&entry(of).read().unwrap())));
        Self { site: Arc::new(site), said: Vec::new() }
    }

    /// Asks, notes what was said, and lets the site store what changed.
    fn ask(&mut self, what: &str, method: &str, query: &str, body: &str) -> Value {
        let mut note = json!({"about": what, "method": method, "query": query});
        if method == "POST" {
            note["body"] = serde_json::from_str(body).unwrap_or_else(|_| body.into());
        }
        let reply = match self.site.handle(method, query, body.as_bytes(), NOW) {
            Handling::Reply(reply) => reply,
            Handling::Task(mut task) => {
                let request = task.poll(NOW).remove(0);
                let told = json!({"network": NETWORK, "version": 1, "site": entry(3), "time": NOW});
                note["asks"] = json!({"url": request.url, "answer": told});
                let body = told.to_string().into_bytes();
                task.receive(NOW, request.id, Ok(Response { status: 200, body, ..Response::default() }));
                task.finish(NOW)
            }
        };
        let answer: Value = serde_json::from_str(&reply.body).unwrap();
        note["status"] = reply.status.into();
        note["answer"] = answer.clone();
        if let Some(seconds) = reply.retry_after {
            note["retry_after"] = seconds.into();
        }
        self.said.push(note);
        let site = Arc::make_mut(&mut self.site);
        reply.changes.into_iter().for_each(|change| site.apply(change));
        answer
    }

    fn get(&mut self, query: &str) -> Value {
        self.ask("", "GET", query, "")
    }

    fn post(&mut self, what: &str, operation: &str, mut fields: Value) -> Value {
        fields["network"] = NETWORK.into();
        fields["version"] = 1.into();
        fields["operation"] = operation.into();
        self.ask(what, "POST", "", &fields.to_string())
    }
}

fn signed(item: ItemType, body: &str, terms: &Terms) -> Value {
    json!({"type": item, "body": body, "sig": secret(1).sign(NETWORK, item, body), "terms": terms})
}

fn membership(talk: &mut Conversation) {
    talk.get("operation=describe");
    let sketch = talk.get("operation=sketch&from=0&count=4");
    talk.get("operation=sketch&from=4&count=2");
    talk.get("operation=sketch&from=0&count=2&recent=1");
    let c = entry(2).read().unwrap();
    let salt = sketch["salt"].as_str().unwrap().parse().unwrap();
    let items = courseglue_sketch::Items(vec![courseglue_core::sketch_item(salt, &c)]);
    talk.post("the entry behind one item of the sketch", "entries", json!({"salt": salt, "items": items}));
    talk.get("operation=snapshot");
    talk.get(&format!("operation=snapshot&after={}", Id([0x80; 20])));
    talk.get(&format!("operation=neighbours&node={}", c.id));
    talk.post("a newcomer asks for a voucher", "vouch", json!({"site": entry(3)}));
    talk.post("the same, without an outside check", "vouch", json!({"site": entry(3)}));
    talk.post("a newcomer with the words of its neighbours", "announce", json!({"sites": [entry(3)]}));
}

fn storage(talk: &mut Conversation) {
    let record = r#"{"site":"b.example/moodle","id":"course/7","seq":1763829000000,"lang":"en","fullname":{"en":"Marine Biology"},"shortname":{"en":"MB"},"access":"guest","link":"course/view.php?id=7","until":20700,"keys":["type:quiz"],"terms":"TERMS"}"#;
    let tombstone = r#"{"site":"b.example/moodle","id":"course/7","seq":1763829000001,"terms":"TERMS"}"#;
    let words = ["marin", "biolog"].map(Term::of_word);
    let terms = Terms::from_iter(words);
    let packed = json!(terms).as_str().unwrap_or_default().to_owned();
    let [record, tombstone] = [record, tombstone].map(|body| body.replace("TERMS", &packed));
    let (record, tombstone) = (record.as_str(), tombstone.as_str());
    let stored = signed(ItemType::Record, record, &terms);
    let from = |records: Value| json!({"site": entry(1), "records": records});
    talk.post("a record and its terms", "store", from(json!([stored])));
    let query =
        json!({"words": "marine", "lang": "en", "filters": {"access": ["guest"]}, "offset": 0, "limit": 20});
    talk.post("a search", "search", json!({"query": query}));
    let (node, salt) = (entry(1).read().unwrap().id, "ab".repeat(16));
    let asked = json!({"node": node, "salt": salt, "from": 0, "count": 4});
    talk.post("symbols of the postings that both hold", "inventory", asked);
    talk.post("all records that both hold", "records", json!({"node": node}));
    let salt = courseglue_sketch::Salt([0xab; 16]);
    let recordid = Id::of_record("b.example/moodle", "course/7");
    let item = salt.item(&[&recordid.0, &1_763_829_000_000_u64.to_be_bytes(), &[0], &words[0].0]);
    let items = courseglue_sketch::Items(vec![item]);
    talk.post("one posting", "records", json!({"node": node, "salt": salt, "items": items}));
    talk.post("a withdrawal", "store", from(json!([signed(ItemType::Tombstone, tombstone, &terms)])));
    talk.post("the record again, which is older", "store", from(json!([stored])));
    let mut forged = stored;
    forged["sig"] = json!(secret(2).sign(NETWORK, ItemType::Record, record));
    talk.post("signed with another's key", "store", from(json!([forged])));
}

fn faults(talk: &mut Conversation) {
    talk.get("operation=nothing");
    talk.get("operation=search");
    talk.get("operation=sketch&from=38400&count=1");
    talk.ask("no JSON", "POST", "", "nonsense");
    for (what, message) in [
        ("no network named", json!({})),
        ("another network", json!({"network": "another", "version": 1, "operation": "search"})),
        ("another version", json!({"network": NETWORK, "version": 2, "operation": "search"})),
        ("no operation", json!({"network": NETWORK, "version": 1})),
        ("a field is missing", json!({"network": NETWORK, "version": 1, "operation": "search"})),
        ("asked by POST", json!({"network": NETWORK, "version": 1, "operation": "sketch"})),
    ] {
        talk.ask(what, "POST", "", &message.to_string());
    }
    talk.post("a salt of another day", "entries", json!({"salt": "0".repeat(32), "items": ""}));
    let items = courseglue_sketch::Items(vec![[0; 16]; 2_001]);
    let body = json!({"network": NETWORK, "version": 1, "operation": "entries", "salt": "0".repeat(32), "items": items});
    talk.ask("more items than may be asked for", "POST", "", &body.to_string());
    let last = talk.said.len() - 1;
    talk.said[last]["body"]["items"] = "2001 items".into();
    let mut stranger = entry(3);
    stranger.vouchers.clear();
    stranger.body = stranger.body.replace("d.example", "e.example");
    talk.post("a statement that was changed", "announce", json!({"sites": [stranger]}));
    stranger.sig = secret(3).sign(NETWORK, ItemType::Descriptor, &stranger.body);
    talk.post("a site for which nobody vouches", "announce", json!({"sites": [stranger]}));
}

#[test]
fn messages_are_as_frozen() {
    let mut talk = Conversation::new();
    membership(&mut talk);
    storage(&mut talk);
    faults(&mut talk);
    let sites: Vec<Entry> = (0..4).map(entry).collect();
    let vectors = json!({"network": NETWORK, "now": NOW, "seed": "seed", "secrets": SECRETS, "knows": sites[..3],
        "newcomer": sites[3], "conversation": talk.said});
    freeze("messages", &vectors);
}
