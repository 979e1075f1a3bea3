"""Passkeys: every step of WebAuthn's verification, by its test vectors and by a device that does one thing wrong."""

import secrets

import pytest
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from mfa import errors, methods
from mfa.methods import webauthn
from mfa.models import Budget, Challenge, Event, Factor, Purpose
from mfa.services import challenges, enrolment
from tests.cast import ORIGIN
from tests.mfa.services.steps import another_session, enter
from tests.passkeys import PRESENT, VERIFIED, Authenticator

# --- The vectors of WebAuthn Level 3, 16.2 to 16.7. Those that nobody's finger or PIN confirmed must not pass here.

UNVERIFIED_CREATION = {
    "challenge": "00c30fb78531c464d2b6771dab8d7b603c01162f2fa486bea70f283ae556e130",
    "id": "f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4",
    "clientDataJSON": (
        "7b2274797065223a22776562617574686e2e637265617465222c226368616c6c656e6765223a22414d4d507434557878475453746e63"
        "647134313759447742466938767049612d7077386f4f755657345441222c226f726967696e223a2268747470733a2f2f6578616d706c"
        "652e6f7267222c2263726f73734f726967696e223a66616c73652c22657874726144617461223a22636c69656e74446174614a534f4e"
        "206d617920626520657874656e6465642077697468206164646974696f6e616c206669656c647320696e20746865206675747572652c"
        "207375636820617320746869733a20426b5165446a646354427258426941774a544c453551227d"
    ),
    "attestationObject": (
        "a363666d74646e6f6e656761747453746d74a068617574684461746158a4bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592"
        "a5e0f01452b2e4b559000000008446ccb9ab1db374750b2367ff6f3a1f0020f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33"
        "ad94ff3ec330084be4a5010203262001215820afefa16f97ca9b2d23eb86ccb64098d20db90856062eb249c33a9b672f26df61225820"
        "930a56b87a2fca66334b03458abf879717c12cc68ed73290af2e2664796b9220"
    ),
}
VERIFIED_CREATION = {
    "challenge": "7869c2b772d4b58eba9378cf8f29e26cf935aa77df0da89fa99c0bdc0a76f7e5",
    "id": "455ef34e2043a87db3d4afeb39bbcb6cc32df9347c789a865ecdca129cbef58c",
    "clientDataJSON": (
        "7b2274797065223a22776562617574686e2e637265617465222c226368616c6c656e6765223a2265476e4374334c55745936366b336a"
        "506a796e6962506b31716e666644616966715a774c33417032392d55222c226f726967696e223a2268747470733a2f2f6578616d706c"
        "652e6f7267222c2263726f73734f726967696e223a66616c73652c22657874726144617461223a22636c69656e74446174614a534f4e"
        "206d617920626520657874656e6465642077697468206164646974696f6e616c206669656c647320696e20746865206675747572652c"
        "207375636820617320746869733a205539685458764b453255526b4d6e625f307859485667227d"
    ),
    "attestationObject": (
        "a363666d74667061636b65646761747453746d74a263616c672663736967584630440220067a20754ab925005dbf378097c921200315"
        "81c73228d1fb4f5b881bcd7da98302207fc7b147558c7c0eba3af18bd9d121fa3d3a26d17fe3f220272178f473b6006d686175746844"
        "61746158a4bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b55d00000000df850e09db6afbdfab516977"
        "91506cfc0020455ef34e2043a87db3d4afeb39bbcb6cc32df9347c789a865ecdca129cbef58ca5010203262001215820eb151c8176b2"
        "25cc651559fecf07af450fd85802046656b34c18f6cf193843c5225820927b8aa427a2be1b8834d233a2d34f61f13bfd44119c325d58"
        "96e183fee484f2"
    ),
}
FRAMED_CREATION = {
    "challenge": "3be5aacd03537142472340ab5969f240f1d87716e20b6807ac230655fa4b3b49",
    "id": "6e1050c0d2ca2f07c755cb2c66a74c64fa43065c18f938354d9915db2bd5ce57",
    "clientDataJSON": (
        "7b2274797065223a22776562617574686e2e637265617465222c226368616c6c656e6765223a224f2d57717a514e5463554a48493043"
        "7257576e7951504859647862694332674872434d475666704c4f306b222c226f726967696e223a2268747470733a2f2f6578616d706c"
        "652e6f7267222c2263726f73734f726967696e223a747275652c22657874726144617461223a22636c69656e74446174614a534f4e20"
        "6d617920626520657874656e6465642077697468206164646974696f6e616c206669656c647320696e20746865206675747572652c20"
        "7375636820617320746869733a207a5a7175457444523944577170573574425754467567227d"
    ),
    "attestationObject": (
        "a363666d74646e6f6e656761747453746d74a068617574684461746158a4bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592"
        "a5e0f01452b2e4b54500000000883f4f6014f19c09d87aa38123be48d000206e1050c0d2ca2f07c755cb2c66a74c64fa43065c18f938"
        "354d9915db2bd5ce57a501020326200121582022200a473f90b11078851550d03b4e44a2279f8c4eca27b3153dedfe03e4e97d225820"
        "cbd0be95e746ad6f5a8191be11756e4c0420e72f65b466d39bc56b8b123a9c6e"
    ),
}
VERIFIED_ASSERTION = {
    "challenge": "b1106fa46a57bef1781511c0557dc898a03413d5f0f17d244630c194c7e1adb5",
    "id": "c9a6f5b3462d02873fea0c56862234f99f081728084e511bb7760201a89054a5",
    "authenticatorData": "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b50d00000000",
    "clientDataJSON": (
        "7b2274797065223a22776562617574686e2e676574222c226368616c6c656e6765223a2273524276704770587676463446524841565833"
        "496d4b4130453958773858306b526a44426c4d6668726255222c226f726967696e223a2268747470733a2f2f6578616d706c652e6f7267"
        "222c2263726f73734f726967696e223a66616c73652c22657874726144617461223a22636c69656e74446174614a534f4e206d61792062"
        "6520657874656e6465642077697468206164646974696f6e616c206669656c647320696e20746865206675747572652c20737563682061"
        "7320746869733a20415a4d77794d78496244382d756775464e7036723851227d"
    ),
    "signature": (
        "30450220694969d3ee928de6f02ef23a9c644d7d779916451734a94b432542f498a1ebe90221008b0819c824218a97152cd099c55bfb14"
        "77b29d900a49a64018314f9bfccda163"
    ),
}
VERIFIED_KEY = (
    "a50102032620012158201cf27f25da591208a4239c2e324f104f585525479a29edeedd830f48e77aeae522582059e4b7da6c0106e206ce390c"
    "93ab98a15a5ec3887e57f0cc2bece803b920c423"
)


@pytest.fixture
def example_org(settings):
    """The relying party of the vectors."""
    settings.MFA_WEBAUTHN_RP_ID, settings.MFA_WEBAUTHN_ORIGINS = "example.org", ["https://example.org"]


def read(vector):
    """The vector as a browser would send it, read by the method."""
    coded = {name: bytes_to_base64url(bytes.fromhex(value)) for name, value in vector.items() if name != "challenge"}
    name = coded.pop("id")
    answer = webauthn.write({"id": name, "rawId": name, "type": "public-key", "response": coded})
    return webauthn.read(answer), bytes.fromhex(vector["challenge"])


def test_the_vector_of_a_verified_creation_passes(example_org):
    response, challenge = read(VERIFIED_CREATION)

    made = webauthn.check_creation(response, challenge=challenge)

    assert made.credential_id.hex() == VERIFIED_CREATION["id"]


def test_the_vector_of_a_verified_assertion_passes(example_org):
    response, challenge = read(VERIFIED_ASSERTION)

    assert webauthn.check_assertion(response, challenge=challenge, key=bytes.fromhex(VERIFIED_KEY))


def test_the_vector_of_a_creation_without_user_verification_does_not(example_org):
    response, challenge = read(UNVERIFIED_CREATION)

    assert webauthn.check_creation(response, challenge=challenge) is None


def test_the_vector_of_a_creation_in_a_foreign_frame_is_not_even_read(example_org):
    assert read(FRAMED_CREATION)[0] is None


@pytest.mark.parametrize("spoilt", ["challenge", "clientDataJSON", "authenticatorData", "signature"])
def test_a_vector_with_one_bit_turned_does_not_pass(example_org, spoilt):
    turned = bytearray.fromhex(VERIFIED_ASSERTION[spoilt])
    turned[-3] ^= 1
    response, challenge = read({**VERIFIED_ASSERTION, spoilt: turned.hex()})

    assert not (response and webauthn.check_assertion(response, challenge=challenge, key=bytes.fromhex(VERIFIED_KEY)))


@pytest.mark.parametrize(
    ("rp_id", "origin"), [("example.com", "https://example.org"), ("example.org", "https://example.com")]
)
def test_a_vector_of_another_site_does_not_pass(settings, rp_id, origin):
    settings.MFA_WEBAUTHN_RP_ID, settings.MFA_WEBAUTHN_ORIGINS = rp_id, [origin]
    response, challenge = read(VERIFIED_ASSERTION)

    assert webauthn.check_assertion(response, challenge=challenge, key=bytes.fromhex(VERIFIED_KEY)) is None


# --- Devices that do one thing wrong


@pytest.fixture
def begin(customer, proof, clock):
    """Start a set-up; the pending factor and the question."""

    def start(account=customer):
        begun = enrolment.begin(
            account=account, method="webauthn", proof=proof, origin=ORIGIN, now=clock.now, again=True
        )  # fmt: skip
        return begun.factor, challenges.put(Challenge.objects.latest("pk"))

    return start


@pytest.fixture
def confirm(customer, proof, clock):
    def give(answer, account=customer, name=""):
        return enrolment.confirm(
            account=account, method="webauthn", answer=answer, proof=proof, origin=ORIGIN, now=clock.now, name=name
        )

    return give


@pytest.fixture
def passkey(begin, confirm, clock):
    """A confirmed passkey and its device, a while later."""

    def make(**device):
        authenticator = Authenticator(**device)
        _, question = begin()
        factor = confirm(authenticator.create(question))
        clock.advance(300)
        return Factor.objects.get(pk=factor.pk), authenticator

    return make


@pytest.fixture
def ask(proof, clock):
    """A question to whoever has the factor."""

    def put(factor, purpose=Purpose.STEP_UP):
        return challenges.question(
            factor=factor, purpose=purpose, proof=proof, action="api-request", origin=ORIGIN, now=clock.now
        )

    return put


WRONG = {
    "nobody was there": lambda device: setattr(device, "flags", VERIFIED),
    "nobody was recognised": lambda device: setattr(device, "flags", PRESENT),
    "a page that pretends to be ours": lambda device: setattr(device, "origin", "https://1arch.example"),
    "the same name on another port": lambda device: setattr(device, "origin", "http://localhost:9000"),
    "a frame of another site": lambda device: device.client_data.update(crossOrigin=True),
    "a frame, by its top": lambda device: device.client_data.update(topOrigin="https://other.example"),
    "the other ceremony": lambda device: device.client_data.update(type="payment.get"),
    "another question": lambda device: device.client_data.update(challenge=bytes_to_base64url(secrets.token_bytes(32))),
    "client data of another kind": lambda device: device.client_data.update(origin=["http://localhost:8000"]),
}


@pytest.mark.parametrize("spoil", WRONG.values(), ids=WRONG)
def test_a_creation_with_one_thing_wrong_is_refused(begin, confirm, spoil):
    _, question = begin()
    device = Authenticator()
    spoil(device)

    with pytest.raises(errors.CodeInvalid):
        confirm(device.create(question))

    assert not Factor.objects.filter(confirmed=True).exists()


@pytest.mark.parametrize("spoil", WRONG.values(), ids=WRONG)
def test_an_answer_with_one_thing_wrong_is_refused(passkey, ask, proof, clock, spoil):
    factor, device = passkey()
    question = ask(factor)
    spoil(device)

    assert isinstance(enter(factor, device.get(question), proof, now=clock.now), errors.CodeInvalid)


def test_an_answer_for_another_site_is_refused(passkey, ask, proof, clock):
    factor, device = passkey()

    answer = device.get({**ask(factor), "rpId": "evil.example"})

    assert isinstance(enter(factor, answer, proof, now=clock.now), errors.CodeInvalid)


def test_another_device_with_its_id_is_refused(passkey, ask, proof, clock):
    factor, device = passkey()
    thief = Authenticator()
    thief.id, thief.user = device.id, device.user

    assert isinstance(enter(factor, thief.get(ask(factor)), proof, now=clock.now), errors.CodeInvalid)


def test_an_answer_that_names_somebody_else_is_refused(passkey, ask, proof, clock):
    factor, device = passkey()

    answer = device.get(ask(factor), user=bytes_to_base64url(b"somebody else"))

    assert isinstance(enter(factor, answer, proof, now=clock.now), errors.CodeInvalid)


def test_an_answer_opens_nothing_in_another_session(passkey, ask, proof, clock):
    factor, device = passkey()
    answer = device.get(ask(factor))

    assert isinstance(enter(factor, answer, another_session(), now=clock.now), errors.CodeInvalid)
    assert enter(factor, answer, proof, now=clock.now) is None


def test_a_question_is_answered_once(passkey, ask, proof, clock):
    factor, device = passkey()
    question = ask(factor)

    first, again = (enter(factor, device.get(question), proof, now=clock.now) for _ in range(2))

    assert first is None
    assert isinstance(again, errors.CodeInvalid)


def test_a_question_lives_five_minutes_by_our_clock(passkey, ask, proof, clock):
    factor, device = passkey()
    answers = []
    for age in (299, 300):
        answer = device.get(ask(factor))
        clock.advance(age)
        answers.append(enter(factor, answer, proof, now=clock.now))

    assert answers[0] is None
    assert isinstance(answers[1], errors.CodeInvalid)


def test_a_question_that_still_stands_is_put_again_and_an_old_one_is_not(passkey, ask, clock):
    factor, _ = passkey()
    first = ask(factor)

    clock.advance(239)
    again = ask(factor)
    clock.advance(2)
    renewed = ask(factor)

    assert first == again
    assert renewed["challenge"] != first["challenge"]


def test_every_question_has_32_bytes_of_its_own(passkey, ask, clock):
    factor, _ = passkey()
    asked = set()
    for purpose in (Purpose.SIGN_IN, Purpose.STEP_UP, Purpose.CHANGE):
        for _ in range(3):
            asked.add(ask(factor, purpose)["challenge"])
            clock.advance(300)

    assert len(asked) == 9
    assert {len(base64url_to_bytes(one)) for one in asked} == {32}


def test_a_question_names_the_passkeys_and_asks_for_verification(passkey, ask):
    factor, device = passkey()

    question = ask(factor)

    assert [one["id"] for one in question["allowCredentials"]] == [bytes_to_base64url(device.id)]
    assert question["allowCredentials"][0]["transports"] == ["internal"]
    assert question["userVerification"] == "required"
    assert (question["rpId"], question["timeout"]) == ("localhost", 300_000)


def test_any_of_several_passkeys_may_answer(passkey, ask, proof, clock):
    first, laptop = passkey()
    second, phone = passkey()

    for device in (laptop, phone):
        assert enter(first, device.get(ask(second)), proof, now=clock.now) is None

    assert {factor.last_used_at for factor in Factor.objects.all()} == {clock.now}


def test_a_device_is_known_by_one_handle_and_makes_no_second_passkey(begin, passkey):
    _, device = passkey()

    _, question = begin()

    assert question["user"]["id"] == device.user
    assert [one["id"] for one in question["excludeCredentials"]] == [bytes_to_base64url(device.id)]
    assert question["authenticatorSelection"]["userVerification"] == "required"
    assert question["attestation"] == "none"


def test_two_accounts_have_handles_that_say_nothing_of_them(begin, customer, stranger):
    handles = [methods.get("webauthn").begin(account)["user"] for account in (customer, stranger)]

    assert len(set(handles)) == 2
    assert [len(base64url_to_bytes(handle)) for handle in handles] == [32, 32]


def test_one_passkey_does_not_open_two_accounts(begin, confirm, passkey, stranger):
    _, device = passkey()
    _, question = begin(stranger)

    with pytest.raises(errors.AlreadyEnabled):
        confirm(device.create(question), account=stranger)

    assert not Factor.objects.filter(user=stranger, confirmed=True).exists()
    assert Factor.objects.filter(confirmed=True).count() == 1


def test_a_device_that_counts_is_taken_as_long_as_it_counts_on(passkey, ask, proof, clock):
    factor, device = passkey(counts=True)

    for _ in range(3):
        assert enter(factor, device.get(ask(factor)), proof, now=clock.now) is None

    factor.refresh_from_db()
    assert factor.counter == 3


@pytest.mark.parametrize("behind", [1, 2, 5])
def test_a_copy_that_counts_behind_is_refused_and_told(passkey, ask, proof, clock, customer, behind, mailoutbox):
    factor, device = passkey(counts=True)
    device.count = 4
    assert enter(factor, device.get(ask(factor)), proof, now=clock.now) is None
    device.count = max(0, 5 - behind)

    refusals = [enter(factor, device.get(ask(factor)), proof, now=clock.now)]
    device.count = max(0, 5 - behind)
    refusals.append(enter(factor, device.get(ask(factor)), proof, now=clock.now))

    assert all(isinstance(refusal, errors.CodeInvalid) for refusal in refusals)
    told = Event.objects.filter(kind="factor-copied", account=customer, outcome="refused").order_by("pk")
    assert [event.details for event in told] == [{"mailed": True}, {"mailed": False}]
    assert [mail.subject for mail in mailoutbox].count("One of your passkeys may have been copied") == 1
    assert Budget.objects.get(method="webauthn").failures == 2


def test_a_copy_that_does_not_count_at_all_is_refused(passkey, ask, proof, clock):
    factor, device = passkey(counts=True)
    device.count = 4
    assert enter(factor, device.get(ask(factor)), proof, now=clock.now) is None
    device.counts, device.count = False, 0

    assert isinstance(enter(factor, device.get(ask(factor)), proof, now=clock.now), errors.CodeInvalid)
    assert Event.objects.filter(kind="factor-copied").count() == 1
