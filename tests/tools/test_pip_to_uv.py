"""pip's configuration becomes uv's."""

import pip_to_uv

LISTING = """\
:env:.find-links='/own/wheels'
global.cert='/etc/own/ca.pem'
global.extra-index-url='https://one.example/simple\\nhttps://two.example/simple'
global.find-links='/not/this'
global.index-url='https://mirror.example/simple'
install.trusted-host='mirror.example two.example'
"""


def translated(listing: str, **environ: str) -> dict[str, str]:
    return pip_to_uv.translate(pip_to_uv.parse(listing), environ)


def test_an_index_mirror_is_the_default_index() -> None:
    assert translated(LISTING)["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"


def test_more_indexes_count_as_much_as_the_first_as_pip_has_it() -> None:
    found = translated(LISTING)
    assert found["UV_INDEX"] == "https://one.example/simple https://two.example/simple"
    assert found["UV_INDEX_STRATEGY"] == "unsafe-best-match"


def test_the_environment_goes_before_the_files() -> None:
    assert translated(LISTING)["UV_FIND_LINKS"] == "/own/wheels"


def test_several_places_to_find_links_are_separated_by_commas() -> None:
    assert translated("global.find-links='/a /b'")["UV_FIND_LINKS"] == "/a,/b"


def test_the_certificate_is_handed_on() -> None:
    assert translated(LISTING)["SSL_CERT_FILE"] == "/etc/own/ca.pem"


def test_without_a_certificate_the_machines_own_are_used() -> None:
    assert translated("")["UV_SYSTEM_CERTS"] == "1"


def test_trusted_hosts_and_no_index_are_handed_on() -> None:
    assert translated(LISTING)["UV_INSECURE_HOST"] == "mirror.example two.example"
    assert translated("global.no-index='true'")["UV_NO_INDEX"] == "1"


def test_what_is_set_for_uv_already_wins() -> None:
    assert "UV_DEFAULT_INDEX" not in translated(LISTING, UV_DEFAULT_INDEX="https://uv.example")
    assert "SSL_CERT_FILE" not in translated(LISTING, SSL_CERT_FILE="/mine.pem")


def test_a_proxy_of_pips_is_used_when_the_environment_has_none() -> None:
    proxied = "global.proxy='http://proxy.example:3128'"
    assert translated(proxied)["HTTPS_PROXY"] == "http://proxy.example:3128"
    assert "HTTPS_PROXY" not in translated(proxied, HTTPS_PROXY="http://other.example")


def test_a_line_that_is_no_setting_is_skipped() -> None:
    assert pip_to_uv.parse("WARNING: something\n\n=\n") == {}
