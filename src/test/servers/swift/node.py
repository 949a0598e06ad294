"""One node of OpenStack Swift with its S3 API, for tests: four servers on the loopback address, everything in one folder.

    python3 node.py FOLDER PORT [CERTIFICATE KEY]

The servers are children of this process and end with it. Nothing in /etc is read or written. Keys: test:tester and test-secret.
"""
import os
import pathlib
import pwd
import signal
import socket
import sys

from swift.common import utils
# once for all children
from swift.common.ring import RingBuilder
from swift.common.wsgi import run_wsgi
import swift.account.server
import swift.container.server
import swift.obj.server
import swift.proxy.server

folder = pathlib.Path(sys.argv[1]).absolute()
port = int(sys.argv[2])
tls = sys.argv[3:5]

utils.SWIFT_CONF_FILE = str(folder / 'swift.conf')
utils.HASH_PATH_SUFFIX = b'suffix'
utils.HASH_PATH_PREFIX = b'prefix'

PROXY = '''
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck tokens listing_formats bulk s3api tempauth copy slo dlo versioned_writes symlink proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
# or it would leave a server alone for a minute that had not started or did not take one object
error_suppression_interval = 0
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = test-secret .admin
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
dns_compliant_bucket_names = true
allow_multipart_uploads = true
[filter:tokens]
paste.filter_factory = __main__:tokens
''' + ''.join(f'[filter:{name}]\nuse = egg:swift#{name}\n' for name in (
    'catch_errors', 'gatekeeper', 'healthcheck', 'listing_formats', 'bulk', 'copy', 'slo', 'dlo', 'versioned_writes', 'symlink'))


class Tokens:
    """Stands for memcached, in which tempauth keeps its tokens; all else would be kept for too long in a test."""

    def __init__(self):
        self.kept = {}

    def get(self, key, **_):
        return self.kept.get(key)

    def set(self, key, value, **_):
        if key.startswith('AUTH_/'):
            self.kept[key] = value

    def delete(self, key, **_):
        self.kept.pop(key, None)


def tokens(*_, **__):
    kept = Tokens()

    def with_tokens(app):
        def call(env, start_response):
            env['swift.cache'] = kept
            return app(env, start_response)
        return call
    return with_tokens


def free():
    with socket.socket() as taken:
        taken.bind(('127.0.0.1', 0))
        return taken.getsockname()[1]


def configuration(name, listen, text, more=''):
    file = folder / f'{name}-server.conf'
    file.write_text(f'''[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {listen}
user = {pwd.getpwuid(os.geteuid()).pw_name}
swift_dir = {folder}
devices = {folder}
mount_check = false
disable_fallocate = true
workers = 0
log_level = ERROR
{more}
{text}''')
    return str(file)


def storage(name):
    """Makes the ring of one kind of server, and its configuration."""
    listen = free()
    ring = RingBuilder(2, 1, 0)
    ring.add_dev({'id': 0, 'region': 1, 'zone': 1, 'ip': '127.0.0.1', 'port': listen, 'replication_ip': '127.0.0.1',
                  'replication_port': listen, 'device': 'disk', 'weight': 1.0, 'meta': ''})
    ring.rebalance()
    ring.get_ring().save(str(folder / f'{name}.ring.gz'))
    return configuration(name, listen, f'[pipeline:main]\npipeline = {name}-server\n'
                         f'[app:{name}-server]\nuse = egg:swift#{name}\n')


def serve(file, name):
    """Runs one server in a child process."""
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        sys.exit(run_wsgi(file, f'{name}-server'))
    return child


(folder / 'disk').mkdir(parents=True, exist_ok=True)
(folder / 'swift.conf').write_text('[swift-hash]\nswift_hash_path_suffix = suffix\nswift_hash_path_prefix = prefix\n'
                                   '[storage-policy:0]\nname = gold\ndefault = yes\n')
children = [serve(storage(name), name) for name in ('account', 'container', 'object')]
children.append(serve(configuration('proxy', port, PROXY, f'cert_file = {tls[0]}\nkey_file = {tls[1]}\n' if tls else ''),
                      'proxy'))


def end(*_):
    for child in children:
        os.kill(child, signal.SIGKILL)
    os._exit(0)


signal.signal(signal.SIGTERM, end)
# the test's JVM holds the other end, also when it is killed
sys.stdin.read()
end()
