<?php
// This file is part of Moodle - http://moodle.org/
//
// Moodle is free software: you can redistribute it and/or modify
// it under the terms of the GNU General Public License as published by
// the Free Software Foundation, either version 3 of the License, or
// (at your option) any later version.
//
// Moodle is distributed in the hope that it will be useful,
// but WITHOUT ANY WARRANTY; without even the implied warranty of
// MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the
// GNU General Public License for more details.
//
// You should have received a copy of the GNU General Public License
// along with Moodle.  If not, see <http://www.gnu.org/licenses/>.

/**
 * A server on loopback that is no site of the network: prints its port, and answers until it is ended.
 *
 * Its first argument says what it is: silent (takes connections and says nothing), mail (greets as a mail server), tls (HTTPS by a
 * certificate of its own), or web (HTTP, with the status, headers and body of the JSON in the second argument).
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

[, $kind, $answer] = $argv + ['', '', '{}'];
$answer = json_decode($answer, true, 8, JSON_THROW_ON_ERROR) + ['status' => '200 OK', 'headers' => [], 'body' => ''];

$options = [];
if ($kind === 'tls') {
    $key = openssl_pkey_new(['private_key_type' => OPENSSL_KEYTYPE_EC, 'curve_name' => 'prime256v1']);
    $request = openssl_csr_new(['commonName' => 'Appliance of a school'], $key);
    openssl_x509_export(openssl_csr_sign($request, null, $key, 365), $certificate);
    openssl_pkey_export($key, $secret);
    $file = tempnam(sys_get_temp_dir(), 'courseglue');
    file_put_contents($file, $certificate . $secret);
    register_shutdown_function(static fn(): bool => unlink($file));
    $options['ssl'] = ['local_cert' => $file];
}
$server = stream_socket_server(
    'tcp://127.0.0.1:0',
    $code,
    $message,
    STREAM_SERVER_BIND | STREAM_SERVER_LISTEN,
    stream_context_create($options)
);
echo substr(strrchr(stream_socket_get_name($server, false), ':'), 1) . "\n";

$held = [];
while (true) {
    $stream = @stream_socket_accept($server, 60);
    if ($stream === false) {
        continue;
    }
    if ($kind === 'silent') {
        $held[] = $stream;
        continue;
    }
    if ($kind === 'mail') {
        fwrite($stream, "220 mail.example ESMTP\r\n");
        fgets($stream);
    } else if ($kind === 'tls') {
        @stream_socket_enable_crypto($stream, true, STREAM_CRYPTO_METHOD_TLS_SERVER);
    } else if (stream_socket_recvfrom($stream, 1, STREAM_PEEK) === "\x16") {
        // As web servers answer who greets in TLS where they expect HTTP.
        fwrite($stream, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
    } else {
        while (trim((string) fgets($stream)) !== '') {
            continue;
        }
        $body = $answer['body'];
        $headers = [...$answer['headers'], 'Content-Length: ' . strlen($body), 'Connection: close'];
        fwrite($stream, "HTTP/1.1 {$answer['status']}\r\n" . implode("\r\n", $headers) . "\r\n\r\n" . $body);
    }
    fclose($stream);
}
