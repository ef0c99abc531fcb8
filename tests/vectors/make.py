"""Writes sealed.json: the sealed format, made by a second implementation that shares no code with the first.

Run by hand (needs PyPI's `cryptography` 45 or newer): python3 make.py > sealed.json
The file is frozen: whatever the program becomes, it reads what stands there.
"""
import base64, hashlib, hmac, json, struct

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id


def fields(*parts):
    return b"".join(struct.pack(">Q", len(p)) + p for p in parts)


def i64(n):
    return struct.pack(">q", n)


def hkdf(key, salt, info, length):
    prk, out, block = hmac.digest(salt or bytes(64), key, "sha512"), b"", b""
    for n in range(1, length // 64 + 2):
        block = hmac.digest(prk, block + info + bytes([n]), "sha512")
        out += block
    return out[:length]


def info(purpose, ids):
    return b"accord/v1/" + purpose.encode() + fields(*[i.encode() for i in ids])


COUNT = 0


def fresh(length):
    """Not random, so that the file can be made again."""
    global COUNT
    COUNT += 1
    return hashlib.shake_256(b"accord vectors %d" % COUNT).digest(length)


def seal(key, purpose, ids, facts, plain, salt=None, nonce=None):
    salt, nonce = salt or fresh(32), nonce or fresh(12)
    keys = hkdf(key, salt, info(purpose, ids), 64)
    aad = fields(b"accord-sealed", b"\x01", purpose.encode(), *[i.encode() for i in ids], *facts)
    return b"\x01" + salt + keys[32:] + nonce + AESGCM(keys[:32]).encrypt(nonce, plain, aad)


def message(key, purpose, ids, facts, plain):
    salt, nonce = fresh(32), fresh(12)
    return {
        "key": key.hex(), "purpose": purpose, "ids": ids, "facts": [f.hex() for f in facts], "plain": plain.hex(),
        "salt": salt.hex(), "nonce": nonce.hex(), "sealed": seal(key, purpose, ids, facts, plain, salt, nonce).hex(),
    }


SECRET = "5b0c7b1e-6d0a-4a53-9f0e-0d8f4c1a2b3c"
KEK = "0f8f3d2e-1111-4222-8333-944455556666"
PROJECT = "7d3c1a90-aaaa-4bbb-8ccc-9dddeeeeffff"


def record(kek, version, kind, value, password=None, cost=None):
    flags = b"\x00" if password is None else b"\x01"
    dek = fresh(32)
    common = [i64(version), kind.encode(), flags]
    payload = seal(dek, "payload", [SECRET], common, value)
    header, material = b"", b""
    if password is not None:
        memory, passes, lanes = cost
        salt = fresh(16)
        header = struct.pack(">III", memory, passes, lanes) + salt
        material = Argon2id(salt=salt, length=32, iterations=passes, lanes=lanes, memory_cost=memory).derive(
            password.encode())
    wrap = seal(material + kek, "data-key", [SECRET], common + [KEK.encode(), header], dek)
    return {
        "secretId": SECRET, "version": version, "kind": kind, "password": password, "value": value.hex(),
        "wrappedKey": (b"\x01" + flags + header + wrap).hex(), "payload": payload.hex(),
    }


root, kek = fresh(32), fresh(32)
project_key = fresh(32)
messages = [
    message(fresh(32), "test", [], [], b""),
    message(fresh(32), "test", ["a"], [b"b"], b"plain"),
    message(fresh(64), "test", ["a", "", "\u00fc"], [b"", b"\x00\xff"], bytes(range(256)) * 3),
]
good = bytes.fromhex(messages[1]["sealed"])
bad = {
    "empty": b"", "version 0": b"\x00" + good[1:], "version 2": b"\x02" + good[1:], "truncated": good[:-1],
    "trailing byte": good + b"\x00", "header only": good[:77], "wrong commitment": good[:33] + bytes(32) + good[65:],
    "other salt": good[:1] + bytes(32) + good[33:], "other nonce": good[:65] + bytes(12) + good[77:],
    "other tag": good[:-16] + bytes(16),
}
version = i64(3)
string = seal(project_key, "string", [PROJECT], [version], "gr\u00fc\u00dfe".encode())
state = seal(project_key, "state", [PROJECT], [version], b"state of a process")
metadata = hkdf(kek, b"", info("metadata-mac", [KEK]), 32)
row = fields(
    b"secret", SECRET.encode(), PROJECT.encode(), b"the-name", b"KEY_PAIR", b"PASSWORD", b"PRIVATE", b"\x00",
    b"\x01", b"ssh-ed25519 AAAA", i64(2), i64(0), i64(0), b"\x00", i64(1000), i64(2000), i64(5), KEK.encode(), i64(2),
    b"p1", b"p2")
audit_key = fresh(32)
second_key = hkdf(audit_key, b"", info("audit-ratchet", []), 32)
entry = fields(
    b"audit", bytes(range(32)), i64(1025), i64(77), b"u1", b"alice", b"\x01", b"process", b"\x00", b"ACCESS", b"SECRET",
    SECRET.encode(), b"OK", b'{"a":1}', b"\x01", i64(5), b"\x00")
document = {
    "messages": messages,
    "bad": {name: sealed.hex() for name, sealed in bad.items()},
    "kek": {"root": root.hex(), "id": KEK, "key": kek.hex(), "sealed": seal(root, "kek", [KEK], [], kek).hex()},
    "records": [
        record(kek, 1, "DATA", b"a value"),
        record(kek, 2, "KEY_PAIR", b"\x00\x00\x00\x03pub\x00\x00\x00\x04priv"),
        record(kek, 1, "DATA", b"cheaply guarded", "P\u00e4ssword1", (64, 1, 4)),
        record(kek, 7, "USERNAME_PASSWORD", b"\x00\x03bob\x00\x00\x00\x01p", "Correct1horse", (65536, 3, 4)),
    ],
    "scoped": {
        "scopeId": PROJECT, "version": 3, "key": project_key.hex(),
        "string": "accord:v1:3:" + base64.urlsafe_b64encode(string).decode().rstrip("="), "text": "gr\u00fc\u00dfe",
        "state": (b"ACST\x01" + version + state).hex(), "plainState": b"state of a process".hex(),
    },
    "secretMac": hmac.digest(metadata, row, "sha256").hex(),
    "audit": {"first": audit_key.hex(), "before": bytes(range(32)).hex(), "mac": hmac.digest(second_key, entry, "sha256").hex()},
    "shared": {
        "place": ["kv", "a key", ""], "plain": b"a shared value".hex(),
        "sealed": (b"ACVL\x01" + version + seal(
            project_key, "shared-value", [PROJECT, "kv", "a key", ""], [version], b"a shared value")).hex(),
    },
}


def nested(kek, version, kind, value, password, cost):
    """Under a store password: the data key under its material, and that under the KEK."""
    dek, salt = fresh(32), fresh(16)
    common = [i64(version), kind.encode(), b"\x02"]
    payload = seal(dek, "payload", [SECRET], common, value)
    memory, passes, lanes = cost
    header = struct.pack(">III", memory, passes, lanes) + salt
    material = Argon2id(salt=salt, length=32, iterations=passes, lanes=lanes, memory_cost=memory).derive(
        password.encode())
    inner = seal(material, "password-data-key", [SECRET], common + [header], dek)
    outer = seal(kek, "data-key", [SECRET], common + [KEK.encode(), header], inner)
    return {
        "secretId": SECRET, "version": version, "kind": kind, "password": password, "value": value.hex(),
        "wrappedKey": (b"\x01\x02" + header + outer).hex(), "payload": payload.hex(),
    }


# What came after the first version of the format: earlier vectors stay as they are.
document["records"] += [
    nested(kek, 3, "DATA", b"guarded twice", "P\u00e4ssword1", (64, 1, 4)),
    nested(kek, 4, "USERNAME_PASSWORD", b"\x00\x03bob\x00\x00\x00\x01p", "Correct1horse", (65536, 3, 4)),
]
salt = fresh(16)
header = struct.pack(">III", 64, 1, 4) + salt
material = Argon2id(salt=salt, length=32, iterations=1, lanes=4, memory_cost=64).derive(b"a passphrase")
document["rootUnderPassphrase"] = {
    "passphrase": "a passphrase",
    "line": "accord-root-passphrase-v1 " + base64.b64encode(
        header + seal(material, "root-key", [], [header], root)).decode(),
}
seed = hkdf(audit_key, b"", info("audit-checkpoint", []), 32)
signer = Ed25519PrivateKey.from_private_bytes(seed)
code = bytes(range(32))
signature = signer.sign(fields(b"audit-checkpoint", PROJECT.encode(), i64(256), code))
document["checkpoints"] = {
    "installation": PROJECT,
    "file": "accord-audit-checkpoints-v1 " + PROJECT + " "
    + base64.b64encode(signer.public_key().public_bytes_raw()).decode()
    + "\n256 " + code.hex() + " " + base64.b64encode(signature).decode() + "\n",
}
version_row = fields(
    b"secret-version", SECRET.encode(), i64(2), KEK.encode(), b"\x01", b"wrapped", bytes(32), i64(1000), b"u1", b"kind",
    b"DATA")
document["versionMac"] = hmac.digest(metadata, version_row, "sha256").hex()
project_row = fields(
    b"project", PROJECT.encode(), SECRET.encode(), b"proj", b"PUBLIC", b"\x00", i64(1000), i64(3), KEK.encode(),
    b"access", i64(1), b"t1", b"WRITER")
document["projectMac"] = hmac.digest(metadata, project_row, "sha256").hex()
team_row = fields(
    b"team", PROJECT.encode(), SECRET.encode(), b"crew", b"", i64(1000), i64(3), KEK.encode(), b"members", i64(2), b"u1",
    b"MEMBER", b"u2", b"OWNER")
document["teamMac"] = hmac.digest(metadata, team_row, "sha256").hex()
token_row = fields(
    b"token", PROJECT.encode(), b"u1", b"laptop", hashlib.sha256(b"accord_x").digest(), i64(1000), b"\x01", i64(9), i64(1),
    KEK.encode())
document["tokenMac"] = hmac.digest(metadata, token_row, "sha256").hex()
print(json.dumps(document, indent=1))
