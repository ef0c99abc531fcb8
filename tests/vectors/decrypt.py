"""A second, independent reader of what Accord seals: python3 decrypt.py

Needs PyPI's `cryptography` and `argon2-cffi`. Opens every vector of sealed.json, checks that each damaged one is
refused, and reads a secret out of store.backup with nothing but its passphrase.
"""
import base64, hashlib, hmac, json, pathlib, struct

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

HERE = pathlib.Path(__file__).parent


def fields(*parts):
    return b"".join(struct.pack(">Q", len(part)) + part for part in parts)


def i64(number):
    return struct.pack(">q", number)


def unseal(key, purpose, ids, facts, sealed):
    """version (1) | salt (32) | commitment (32) | nonce (12) | ciphertext and tag"""
    salt, commitment, nonce, rest = sealed[1:33], sealed[33:65], sealed[65:77], sealed[77:]
    ids = [i.encode() for i in ids]
    info = b"accord/v1/" + purpose.encode() + fields(*ids)
    keys = HKDF(hashes.SHA512(), 64, salt, info).derive(key)
    if sealed[:1] != b"\x01" or len(rest) < 16 or not hmac.compare_digest(keys[32:], commitment):
        raise ValueError("wrong key or damaged")
    aad = fields(b"accord-sealed", b"\x01", purpose.encode(), *ids, *facts)
    return AESGCM(keys[:32]).decrypt(nonce, rest, aad)


def argon2(secret, header):
    memory, passes, lanes = struct.unpack(">III", header[:12])
    return hash_secret_raw(secret.encode(), header[12:], passes, memory, lanes, 32, Type.ID)


def open_record(kek_id, kek, secret_id, version, kind, wrapped, payload, password=None):
    flags, header, wrap = wrapped[1:2], b"", wrapped[2:]
    common = [i64(version), kind.encode(), flags]
    if flags != b"\x00":
        header, wrap = wrap[:28], wrap[28:]
        material = argon2(password, header)
    wrap_key = material + kek if flags == b"\x01" else kek
    key = unseal(wrap_key, "data-key", [secret_id], common + [kek_id.encode(), header], wrap)
    if flags == b"\x02":
        key = unseal(material, "password-data-key", [secret_id], common + [header], key)
    return unseal(key, "payload", [secret_id], common, payload)


def vectors():
    v = json.loads((HERE / "sealed.json").read_text())
    count = 0
    for m in v["messages"]:
        facts = [bytes.fromhex(f) for f in m["facts"]]
        plain = unseal(bytes.fromhex(m["key"]), m["purpose"], m["ids"], facts, bytes.fromhex(m["sealed"]))
        assert plain == bytes.fromhex(m["plain"])
        count += 1
    for name, sealed in v["bad"].items():
        try:
            unseal(bytes.fromhex(v["messages"][1]["key"]), "test", ["a"], [b"b"], bytes.fromhex(sealed))
        except (ValueError, InvalidTag):
            count += 1
            continue
        raise AssertionError(name)
    root = v["rootUnderPassphrase"]
    sealed = base64.b64decode(root["line"].split(" ")[1])
    opened = unseal(argon2(root["passphrase"], sealed[:28]), "root-key", [], [sealed[:28]], sealed[28:])
    assert opened == bytes.fromhex(v["kek"]["root"])
    kek_id = v["kek"]["id"]
    kek = unseal(opened, "kek", [kek_id], [], bytes.fromhex(v["kek"]["sealed"]))
    for r in v["records"]:
        wrapped, payload = bytes.fromhex(r["wrappedKey"]), bytes.fromhex(r["payload"])
        value = open_record(kek_id, kek, r["secretId"], r["version"], r["kind"], wrapped, payload, r["password"])
        assert value == bytes.fromhex(r["value"])
        count += 1
    s = v["scoped"]
    key, facts = bytes.fromhex(s["key"]), [i64(s["version"])]
    text = s["string"].split(":")[3]
    string = unseal(key, "string", [s["scopeId"]], facts, base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    assert string.decode() == s["text"]
    assert unseal(key, "state", [s["scopeId"]], facts, bytes.fromhex(s["state"])[13:]) == bytes.fromhex(s["plainState"])
    shared = v["shared"]
    sealed = bytes.fromhex(shared["sealed"])[13:]
    assert unseal(key, "shared-value", [s["scopeId"], *shared["place"]], facts, sealed) == bytes.fromhex(shared["plain"])
    header, line = v["checkpoints"]["file"].splitlines()
    _, installation, public = header.split(" ")
    number, code, signature = line.split(" ")
    message = fields(b"audit-checkpoint", installation.encode(), i64(int(number)), bytes.fromhex(code))
    Ed25519PublicKey.from_public_bytes(base64.b64decode(public)).verify(base64.b64decode(signature), message)
    return count + 5


def backup(passphrase):
    """The rows of store.backup, by table."""
    data = (HERE / "store.backup").read_bytes()
    assert data[:14] == b"ACCORD-BACKUP\x01"
    header, data, index, contents, rows = data[14:42], data[42:], 0, None, {}
    key = argon2(passphrase, header)
    while data:
        length = struct.unpack(">I", data[:4])[0]
        sealed, data = data[4 : 4 + length], data[4 + length :]
        facts = [b"\x01", header, struct.pack(">Q", index), b"\x00" if data else b"\x01"]
        plain, index = unseal(key, "backup", [], facts, sealed), index + 1
        if contents is None:
            contents = json.loads(plain)
            continue
        while plain:
            name, columns = contents["tables"][plain[0]]
            row, plain = {}, plain[1:]
            for column in columns:
                kind, plain = plain[0], plain[1:]
                if kind == 0:
                    row[column] = None
                elif kind == 1:
                    row[column], plain = struct.unpack(">q", plain[:8])[0], plain[8:]
                else:
                    size = struct.unpack(">I", plain[:4])[0]
                    cell, plain = plain[4 : 4 + size], plain[4 + size :]
                    row[column] = cell.decode() if kind == 2 else cell
            rows.setdefault(name, []).append(row)
    return rows


def secrets():
    rows = backup("correct horse battery")
    keks = {kek["id"]: kek["sealed"] for kek in rows["keks"]}
    found = {}
    for secret in rows["secrets"]:
        for version in rows["secret_versions"]:
            if (version["secret_id"], version["version"]) == (secret["id"], secret["current_version"]):
                assert hashlib.sha256(version["payload"]).digest() == version["digest"]
                found[secret["name"]] = open_record(
                    version["kek_id"], keks[version["kek_id"]], secret["id"], version["version"], version["kind"],
                    version["wrapped_key"], version["payload"], "Correct1horse")
    assert found == {"plain": b"a value", "guarded": b"a guarded value"}, found
    return len(found)


if __name__ == "__main__":
    print(f"{vectors() + secrets()} passed, 0 failed")
