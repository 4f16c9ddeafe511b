"""Why something about accounts was refused: a key that screens translate, and a sentence for the command line."""

SENTENCES = {
    "wrong_login": "The name or the password is wrong.",
    "locked": "Too many failed tries: wait until {until}.",
    "bad_name": "A name has 1 to {longest} visible characters.",
    "name_taken": "There is an account named {name} already.",
    "bad_password_length": "A password has {shortest} to {longest} characters.",
    "password_unchanged": "The new password is the old one: choose another.",
    "password_too_easy": "The password is too easy to guess: no name in it, and at least 4 different characters.",
    "passwords_differ": "The two new passwords differ.",
    "unknown_post": "This city has no post {post}.",
    "post_needed": "An account or token of a post needs the post's code.",
    "not_for_accounts": "The role {role} is not for accounts of people.",
    "officers_only": "Only a duty officer's account may hold the authority to dispatch, and {name} is none.",
    "unknown_account": "There is no such account.",
    "last_admin": "This is the last administrator: make another one first.",
    "not_yourself": "Another administrator has to do this to your account.",
    "unknown_session": "There is no such session.",
    "unknown_key": "There is no such API key.",
    "key_without_purpose": "An API key needs at least one permission.",
    "not_for_keys": "An API key cannot have the permission {permission}.",
    "two_keys_valid": "Two keys named {name} are valid already: revoke one first.",
    "unknown_source": "This city has no source {source}.",
    "not_for_tokens": "Device tokens are for walls and posts only.",
    "unknown_token": "This device token is unknown or has been revoked.",
    "token_used": "This device token is in use on another device: revoke it and make a new one.",
    "unknown_person": "There is no such person at this post.",
    "bad_pin": "A PIN has 4 to 8 digits.",
    "bad_file": "The file cannot be read: save it as CSV in UTF-8 or GBK with the columns {columns}.",
    "bad_lines": "Nothing was taken from the file. {problems}",
    "unknown_letter": "There is no such open record.",
    "letter_refused": "The record was refused again: {problem}",
    "roster_people": "A rotation has 1 to 60 people.",
    "roster_shift_hours": "A shift has 1, 2, 3, 4, 6, 8 or 12 hours, or up to 28 whole days.",
    "roster_layer": "A layer has a number from 0 to 9.",
    "roster_day_kinds": "A rotation covers at least one kind of day.",
    "roster_span": "It ends before it begins.",
    "roster_same_person": "Two different people exchange shifts.",
    "roster_past": "What has been cannot be changed: choose a time to come.",
    "roster_far": "This lies too far ahead: choose a time within {days} days.",
    "roster_field": "{field} cannot be read: {value}.",
    "roster_person": "The post has nobody called {name}.",
    "roster_name_twice": "The post has several people called {name}: use the id.",
    "roster_layer_twice": "Layer {layer} is there twice.",
    "roster_nobody": "Nobody stands there, so nobody can exchange.",
    "roster_unknown_entry": "There is no such entry of the roster, or it is settled already.",
    "roster_risks": "Nothing was saved. Gaps: {gaps}. Without a verified contact: {people}. Confirm to save it.",
    "roster_file": "The file cannot be read: save it as XLSX, or as CSV in UTF-8 or GBK, with the columns {columns}.",
    "roster_lines": "Nothing was taken from the file. {problems}",
    "connection_name": "A connection's name has 1 to 40 letters, digits, _ or -.",
    "connection_url": "The address begins with http:// or https:// and holds no password.",
    "connection_every": "A system is asked every {shortest} to {longest} seconds.",
    "connection_mapping": "The mapping cannot be used: {problem}",
    "connection_too_large": "A mapping has at most 100,000 characters, a sample a million.",
    "connection_unknown": "There is no connection named {name}.",
    "connection_header": "A header is written NAME: VALUE, one a line: {line}.",
    "audit_broken": "The audit record does not fit its seals from entry {entry} on.",
}


class AccountProblem(Exception):
    """Nothing was done. `key` is one of SENTENCES; `values` fill its placeholders."""

    def __init__(self, key: str, **values: object) -> None:
        self.key = key
        self.values = values
        super().__init__(SENTENCES[key].format(**values))
