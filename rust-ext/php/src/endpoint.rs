//! `CourseGlue\Endpoint`.

use std::path::Path;

use courseglue_transport::drive::now;
use courseglue_view::cache;
use courseglue_view::endpoint::{self, Answer, Request};
use ext_php_rs::binary::Binary;
use ext_php_rs::boxed::ZBox;
use ext_php_rs::exception::PhpResult;
use ext_php_rs::flags::ClassFlags;
use ext_php_rs::prelude::{php_class, php_impl};
use ext_php_rs::types::ZendHashTable;

use crate::exceptions::failed;
use crate::text::{Bytes, utf8};
use crate::version::ABI;

/// Answers peers from the view alone: without Moodle, without its database.
#[php_class]
#[php(name = "CourseGlue\\Endpoint")]
#[php(flags = ClassFlags::Final)]
pub struct Endpoint;

#[php_impl]
#[allow(clippy::too_many_arguments, reason = "PHP hands over what the web server told it")]
impl Endpoint {
    /// The answer to one request: `['status' => int, 'headers' => string[], 'body' => string, 'changes' => string,
    /// 'catchup' => bool]`; null when only Moodle can answer: a newcomer asks, or there is no view, or none of the last day.
    /// The changes, a JSON list, are to be stored before the answer is sent; mostly there are none, and then it is ''.
    ///
    /// `$forced` is a digest of what config.php decides: where it differs from the one in the settings of the view,
    /// only Moodle can answer. `$source` is the address that asks, as the limit counts it; '' is not limited. Where
    /// `catchup` is true, this call has taken the turn to catch up the view once the answer is sent; other calls get no
    /// turn until its request is over, and for 20 seconds at least.
    ///
    /// Throws `CourseGlue\SettingsException` when the directory's name is no text.
    pub fn answer(
        dir: Bytes,
        forced: Bytes,
        method: Bytes,
        query: Bytes,
        body: Bytes,
        acceptencoding: Bytes,
        ifnonematch: Bytes,
        source: Bytes,
    ) -> PhpResult<Option<ZBox<ZendHashTable>>> {
        let directory = Path::new(utf8("dir", dir)?);
        // Bytes that are not text name nothing that there is.
        let [forced, method, query, accept_encoding, if_none_match, source] =
            [forced, method, query, acceptencoding, ifnonematch, source]
                .map(|bytes| String::from_utf8_lossy(bytes.into()));
        let request = Request {
            forced: &forced,
            method: &method,
            query: &query,
            body: body.into(),
            accept_encoding: &accept_encoding,
            if_none_match: &if_none_match,
            source: &source,
        };
        endpoint::answer(directory, ABI, request, now()).map(array).transpose()
    }

    /// The plugin's own notes in the settings of the view; null when there are no settings.
    ///
    /// Throws `CourseGlue\SettingsException` when the directory's name is no text.
    pub fn notes(dir: Bytes) -> PhpResult<Option<String>> {
        let directory = Path::new(utf8("dir", dir)?);
        Ok(cache::with(directory, |view| view.serving().map(|serving| serving.notes.clone())))
    }
}

fn array(answer: Answer) -> PhpResult<ZBox<ZendHashTable>> {
    let Answer { status, headers, body, changes, catchup } = answer;
    let changes =
        if changes.is_empty() { String::new() } else { serde_json::to_string(&changes).map_err(failed)? };
    let mut array = ZendHashTable::with_capacity(5);
    array.insert("status", i64::from(status)).map_err(failed)?;
    array.insert("headers", headers).map_err(failed)?;
    array.insert("body", Binary::from(body)).map_err(failed)?;
    array.insert("changes", changes).map_err(failed)?;
    array.insert("catchup", catchup).map_err(failed)?;
    Ok(array)
}
