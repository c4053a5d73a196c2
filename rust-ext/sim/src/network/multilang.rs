//! Texts in several languages, as Moodle writes them: `{mlang en}…{mlang}` and `<span lang="en" class="multilang">…</span>`.

use std::collections::BTreeMap;

/// The texts by language; one without marks is in `lang`.
pub(crate) fn texts(text: &str, lang: &str) -> BTreeMap<String, String> {
    let mut texts = marked(text, "{mlang ", "}", "{mlang}");
    texts.extend(marked(text, "<span lang=\"", "\" class=\"multilang\">", "</span>"));
    if texts.is_empty() {
        texts.insert(lang.to_owned(), plain(text));
    }
    texts
}

fn marked(text: &str, open: &str, named: &str, close: &str) -> BTreeMap<String, String> {
    let part = |part: &str| {
        let (lang, rest) = part.split_once(named)?;
        Some((lang.trim().to_owned(), plain(rest.split_once(close)?.0)))
    };
    text.split(open).skip(1).filter_map(part).collect()
}

/// The text without tags.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for (at, part) in text.split('<').enumerate() {
        let rest = if at == 0 { part } else { part.split_once('>').map_or("", |(_, rest)| rest) };
        plain.push_str(rest);
    }
    plain.replace("&amp;", "&").replace("&nbsp;", " ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_marking_a_language_are_read() {
        let expected = BTreeMap::from([("en".into(), "Cells".into()), ("ca".into(), "Cèl·lules".into())]);
        for text in [
            "{mlang en}Cells{mlang}{mlang ca}Cèl·lules{mlang}",
            r#"<span lang="en" class="multilang">Cells</span><span lang="ca" class="multilang"><b>Cèl·lules</b></span>"#,
        ] {
            assert_eq!(texts(text, "de"), expected, "{text}");
        }
        assert_eq!(
            texts("<p>Zellen &amp; mehr</p>", "de"),
            BTreeMap::from([("de".into(), "Zellen & mehr".into())])
        );
    }
}
