# nginx and php-fpm of one site, on a loopback address of its own.

# free_port ADDRESS : a port that nobody listens on, below those that the kernel gives to outgoing connections.
free_port() {
    php -r '
        for ($i = 0; $i < 200; $i++) {
            $port = random_int(20000, 31999);
            $socket = @stream_socket_server("tcp://$argv[1]:$port");
            if ($socket) { echo $port; exit(0); }
        }
        exit(1);' "$1" || die "no port can be opened on $1. Is that a loopback address of this machine?"
}

write_web_server() {
    local site="$1" address="$2" port="$3"
    keep_for_service "$site/fpm.conf" <<END
[global]
pid = $site/fpm.pid
error_log = $site/fpm.log
daemonize = yes
[site]
listen = $site/fpm.sock
listen.mode = 0600
pm = dynamic
pm.max_children = 8
pm.start_servers = 2
pm.min_spare_servers = 1
pm.max_spare_servers = 4
clear_env = yes
env[PATH] = /usr/local/bin:/usr/bin:/bin
env[TMPDIR] = $site/tmp
catch_workers_output = yes
END
    keep_for_service "$site/nginx.conf" <<END
pid $site/nginx.pid;
error_log $site/nginx.log;
worker_processes 1;
events { worker_connections 256; }
http {
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log $site/access.log;
    client_max_body_size 32m;
    client_body_temp_path $site/tmp/body;
    proxy_temp_path $site/tmp/proxy;
    fastcgi_temp_path $site/tmp/fastcgi;
    uwsgi_temp_path $site/tmp/uwsgi;
    scgi_temp_path $site/tmp/scgi;
    keepalive_timeout 30s;
    server {
        listen $address:$port;
        server_name $address;
        root $(served_directory "$site/www");
        index index.php;
        location ~ ^(.+\.php)(/|\$) {
            fastcgi_split_path_info ^(.+?\.php)(/.*)?\$;
            set \$path_info \$fastcgi_path_info;
            try_files \$fastcgi_script_name =404;
            include /etc/nginx/fastcgi_params;
            fastcgi_param SCRIPT_FILENAME \$document_root\$fastcgi_script_name;
            fastcgi_param PATH_INFO \$path_info;
            fastcgi_param HTTP_PROXY "";
            fastcgi_read_timeout 180s;
            fastcgi_pass unix:$site/fpm.sock;
        }
        location / { try_files \$uri \$uri/ =404; }
    }
}
END
}

# process_of PIDFILE DIRECTORY : the process id in the file, if that process lives and is about this directory.
process_of() {
    local pid
    pid="$(cat "$1" 2>/dev/null)" || return 1
    [[ "$pid" =~ ^[0-9]+$ ]] && { tr '\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -qF "$2" && echo "$pid"
}

fpm_start() {
    local site="$1"
    process_of "$site/fpm.pid" "$site" >/dev/null && return
    as_service env "PHP_INI_SCAN_DIR=$(php_scan_dirs fpm "$site/conf.d")" \
        "$(php_fpm)" -c "$site/php.ini" -y "$site/fpm.conf" </dev/null >"$WORK/log/fpm-start.log" 2>&1 \
        || die "php-fpm does not start: $(tail -n 3 "$WORK/log/fpm-start.log")"
}

nginx_start() {
    local site="$1"
    process_of "$site/nginx.pid" "$site" >/dev/null && return
    as_service nginx -e "$site/nginx.log" -c "$site/nginx.conf" </dev/null >"$WORK/log/nginx-start.log" 2>&1 \
        || die "nginx does not start: $(tail -n 3 "$WORK/log/nginx-start.log")"
}

# stop_process PIDFILE DIRECTORY SIGNAL
stop_process() {
    local pid waited=0
    pid="$(process_of "$1" "$2")" || return 0
    as_service kill -s "$3" "$pid" 2>/dev/null || true
    # A process that waits to be reaped has no command line any more, and counts as gone.
    while process_of "$1" "$2" >/dev/null && ((++waited <= 100)); do sleep 0.1; done
    if process_of "$1" "$2" >/dev/null; then as_service kill -s KILL "$pid" 2>/dev/null || true; fi
    rm -f "$1"
}

web_start() {
    fpm_start "$1"
    nginx_start "$1"
}

# php-fpm keeps its configuration file in the title of its process, nginx its command line.
web_stop() {
    stop_process "$1/nginx.pid" "$1" TERM
    stop_process "$1/fpm.pid" "$1" TERM
}

web_runs() {
    process_of "$1/nginx.pid" "$1" >/dev/null && process_of "$1/fpm.pid" "$1" >/dev/null
}
