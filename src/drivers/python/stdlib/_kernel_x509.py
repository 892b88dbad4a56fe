"""Certificates taken apart, as `SSLSocket.getpeercert` shows them: DER into dictionaries."""

_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()

_NAMES = {
    "2.5.4.3": "commonName", "2.5.4.4": "surname", "2.5.4.5": "serialNumber", "2.5.4.6": "countryName",
    "2.5.4.7": "localityName", "2.5.4.8": "stateOrProvinceName", "2.5.4.9": "streetAddress",
    "2.5.4.10": "organizationName", "2.5.4.11": "organizationalUnitName", "2.5.4.12": "title",
    "2.5.4.13": "description", "2.5.4.15": "businessCategory", "2.5.4.17": "postalCode", "2.5.4.42": "givenName",
    "2.5.4.43": "initials", "2.5.4.46": "dnQualifier", "2.5.4.65": "pseudonym",
    "2.5.4.97": "organizationIdentifier", "1.2.840.113549.1.9.1": "emailAddress",
    "0.9.2342.19200300.100.1.1": "userId", "0.9.2342.19200300.100.1.25": "domainComponent",
    "1.3.6.1.4.1.311.60.2.1.1": "jurisdictionLocalityName",
    "1.3.6.1.4.1.311.60.2.1.2": "jurisdictionStateOrProvinceName",
    "1.3.6.1.4.1.311.60.2.1.3": "jurisdictionCountryName",
}
_ALT_NAME, _ACCESS, _CRLS = "2.5.29.17", "1.3.6.1.5.5.7.1.1", "2.5.29.31"
_OCSP, _ISSUERS = "1.3.6.1.5.5.7.48.1", "1.3.6.1.5.5.7.48.2"
_UTC_TIME = 0x17
_ENCODINGS = {0x1E: "utf-16-be", 0x1C: "utf-32-be", 0x14: "latin-1"}


def _elements(data):
    """(tag, content) of each element."""
    at = 0
    while at < len(data):
        tag, length = data[at], data[at + 1]
        at += 2
        if length & 0x80:
            count = length & 0x7F
            length = int.from_bytes(data[at : at + count])
            at += count
        if at + length > len(data):
            raise ValueError("not enough data")
        yield tag, data[at : at + length]
        at += length


def _oid(data):
    numbers, value = [], 0
    for byte in data:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(value)
            value = 0
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, [first, numbers[0] - 40 * first, *numbers[1:]]))


def _text(tag, data):
    return data.decode(_ENCODINGS.get(tag, "utf-8"), "replace")


def _name(data):
    """A distinguished name: sets of pairs."""
    found = []
    for _, members in _elements(data):
        pairs = []
        for _, pair in _elements(members):
            (_, kind), (tag, value) = _elements(pair)
            oid = _oid(kind)
            pairs.append((_NAMES.get(oid, oid), _text(tag, value)))
        found.append(tuple(pairs))
    return tuple(found)


def _time(tag, data):
    text = data.decode("ascii")
    if tag == _UTC_TIME:
        text = ("19" if text[:2] >= "50" else "20") + text
    month = _MONTHS[int(text[4:6]) - 1]
    return f"{month} {int(text[6:8]):2} {text[8:10]}:{text[10:12]}:{text[12:14]} {text[:4]} GMT"


def _address(data):
    if len(data) == 4:
        return ".".join(map(str, data))
    if len(data) == 16:
        return ":".join(f"{data[at] << 8 | data[at + 1]:X}" for at in range(0, 16, 2))
    return "<invalid>"


def _general_name(tag, data):
    kind = tag & 0x1F
    if kind == 1:
        return "email", _text(tag, data)
    if kind == 2:
        return "DNS", _text(tag, data)
    if kind == 4:
        return "DirName", _name(next(_elements(data))[1])
    if kind == 6:
        return "URI", _text(tag, data)
    if kind == 7:
        return "IP Address", _address(data)
    if kind == 8:
        return "Registered ID", _oid(data)
    return "othername", "<unsupported>"


def _sequence(data):
    return next(_elements(data))[1]


def _extensions(data):
    """Extension values by their kind."""
    found = {}
    for _, extension in _elements(_sequence(data)):
        parts = list(_elements(extension))
        found[_oid(parts[0][1])] = parts[-1][1]
    return found


def _locations(data, method):
    parts = [list(_elements(one)) for _, one in _elements(_sequence(data))]
    return tuple(_text(place[0], place[1]) for kind, place in parts if _oid(kind[1]) == method and place[0] & 0x1F == 6)


def _distribution_points(data):
    found = []
    for _, point in _elements(_sequence(data)):
        for tag, part in _elements(point):
            if tag & 0x1F == 0:
                for _, names in _elements(part):
                    found += [_text(kind, uri) for kind, uri in _elements(names) if kind & 0x1F == 6]
    return tuple(found)


def decode_certificate(der):
    """The dictionary of a certificate. ValueError, IndexError or StopIteration when it is none."""
    fields = list(_elements(_sequence(_sequence(der))))
    version = 1
    if fields[0][0] == 0xA0:
        version = int.from_bytes(_sequence(fields.pop(0)[1])) + 1
    (_, serial), _, (_, issuer), (_, validity), (_, subject) = fields[:5]
    before, after = _elements(validity)
    digits = f"{int.from_bytes(serial, signed=True):X}"
    found = {
        "subject": _name(subject),
        "issuer": _name(issuer),
        "version": version,
        "serialNumber": digits.zfill(len(digits) + len(digits) % 2),
        "notBefore": _time(*before),
        "notAfter": _time(*after),
    }
    extensions = {}
    for tag, content in fields[6:]:
        if tag == 0xA3:
            extensions = _extensions(content)
    if _ALT_NAME in extensions:
        names = _elements(_sequence(extensions[_ALT_NAME]))
        found["subjectAltName"] = tuple(_general_name(*one) for one in names)
    for key, places in (
        ("OCSP", _locations(extensions[_ACCESS], _OCSP) if _ACCESS in extensions else ()),
        ("caIssuers", _locations(extensions[_ACCESS], _ISSUERS) if _ACCESS in extensions else ()),
        ("crlDistributionPoints", _distribution_points(extensions[_CRLS]) if _CRLS in extensions else ()),
    ):
        if places:
            found[key] = places
    return found
