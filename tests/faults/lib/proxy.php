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

declare(strict_types=1);

namespace local_courseglue\faults;

use local_courseglue\network\answer;
use local_courseglue\network\site;

/**
 * A reverse proxy in front of a site: another nginx, as balancers of load are.
 *
 * @package    local_courseglue
 * @copyright  2026 The CourseGlue authors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class proxy {
    /** @var resource the process */
    private $process;

    /** @var string its own directory */
    private readonly string $directory;

    /** @var string where it listens */
    private readonly string $address;

    /**
     * Starts it.
     *
     * @param site $site
     * @param string $host where it listens
     */
    public function __construct(site $site, string $host) {
        $this->directory = sys_get_temp_dir() . '/courseglue-proxy-' . getmypid();
        mkdir($this->directory, 0700);
        $free = stream_socket_server("tcp://$host:0");
        $this->address = stream_socket_get_name($free, false);
        fclose($free);
        file_put_contents("$this->directory/nginx.conf", $this->configuration($site->url()));
        $command = ['nginx', '-e', "$this->directory/error.log", '-c', "$this->directory/nginx.conf"];
        $null = ['file', '/dev/null', 'r+'];
        $path = getenv('PATH') . ':/usr/sbin:/sbin';
        $this->process = proc_open($command, [$null, $null, $null], $pipes, null, ['PATH' => $path] + getenv());
        web_server::until('the proxy listens', fn(): bool => (bool) @stream_socket_client("tcp://$this->address"));
    }

    /**
     * Asks the site who it is, from an address of one's own.
     *
     * @param string $source
     * @param string $claimed what the request says of where it comes from
     * @return answer
     */
    public function ask(string $source, string $claimed = ''): answer {
        $options = [CURLOPT_INTERFACE => $source];
        if ($claimed !== '') {
            $options[CURLOPT_HTTPHEADER] = ["X-Forwarded-For: $claimed", "Client-IP: $claimed"];
        }
        return answer::of("http://$this->address/local/courseglue/peer.php?operation=describe", null, '', $options);
    }

    /**
     * Stops it.
     */
    public function stop(): void {
        proc_terminate($this->process);
        proc_close($this->process);
        exec('rm -rf ' . escapeshellarg($this->directory));
    }

    /**
     * Its configuration.
     *
     * @param string $url the site's
     * @return string
     */
    private function configuration(string $url): string {
        $host = substr(strrchr($url, '/'), 1);
        $temporary = '';
        foreach (['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'] as $kind) {
            $temporary .= "{$kind}_temp_path $this->directory/$kind; ";
        }
        return <<<END
            daemon off;
            master_process off;
            pid $this->directory/pid;
            events { worker_connections 64; }
            http {
                access_log off;
                $temporary
                server {
                    listen $this->address;
                    location / {
                        proxy_pass $url;
                        proxy_set_header Host $host;
                        proxy_set_header X-Forwarded-For \$proxy_add_x_forwarded_for;
                    }
                }
            }
            END;
    }
}
