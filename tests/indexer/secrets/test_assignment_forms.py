"""The forms in which secrets stand, and what looks like them and is none: one line a case."""

import base64
import json

import pytest
from inglenook_indexer.secrets.redact import find_secrets, is_secret_path, mask_secrets

VALUE = "kT7pQz4mXw9r" + "Lc2vNb8s"
OTHER = "Rf3nYt8bGd5k" + "Jh6sMv1x"
LOGIN = base64.b64encode(f"admin:{VALUE}".encode()).decode()
CODED = base64.b64encode(VALUE.encode()).decode()
LETTERS = "kTpQzmXwrLcvNb" + "sHjY"
HEX = "8f3a1c9e77b2d4f0" * 4
SECRET = {
    "a byte order mark": f"\ufeffdb_password={VALUE}\n",
    "CR": f"[a]\rdb_password={VALUE}\rx=1\r",
    "a name that ends with pass": f"SMTP_PASS={VALUE}\n",
    "a setter": f'cfg.setDbPassword("{VALUE}");\n',
    "a builder": f'Config.builder().apiKey("{VALUE}").build();\n',
    "a comparison": f'if password == "{VALUE}":\n',
    "equals": f'if (password.equals("{VALUE}")) {{\n',
    "strictly not": f"if (token !== '{VALUE}') {{\n",
    "a macro": f'#define DB_PASSWORD "{VALUE}"\n',
    "a constant of PHP": f"define('DB_PASSWORD', '{VALUE}');\n",
    "a property": f'props.setProperty("db.password", "{VALUE}");\n',
    "SQL": f"CREATE USER app IDENTIFIED BY '{VALUE}';\n",
    "PostgreSQL": f"ALTER ROLE app WITH PASSWORD '{VALUE}';\n",
    "a default of a look-up": f'password = os.environ.get("DB_PASSWORD", "{VALUE}")\n',
    "a default after or": f'password = os.environ.get("DB_PASSWORD") or "{VALUE}"\n',
    "a default after ||": f'const password = process.env.PW || "{VALUE}";\n',
    "a default after ??": f'const apiKey = process.env["K"] ?? "{VALUE}";\n',
    "a default of the shell": f"export DB_PASSWORD=${{DB_PASSWORD:-{VALUE}}}\n",
    "a default of Spring": f"password: ${{DB_PASSWORD:{VALUE}}}\n",
    "an annotation": f'@Value("${{db.password:{VALUE}}}")\n',
    "a default of Terraform": f'variable "db_password" {{\n  type    = string\n  default = "{VALUE}"\n}}\n',
    "folded YAML": f"db:\n  password: >-\n    {VALUE}\n",
    "literal YAML": f"db:\n  password: |\n    {VALUE[:10]}\n    {VALUE[10:]}\n",
    "a pair in YAML": f"- name: DB_PASSWORD\n  value: {VALUE}\n",
    "a quoted pair in YAML": f'- name: DB_PASSWORD\n  value: "{VALUE}"\n',
    "a pair in JSON": f'{{"name": "DB_PASSWORD", "value": "{VALUE}"}}\n',
    "a property list": f"<key>password</key>\n<string>{VALUE}</string>\n",
    "a property of Hadoop": f"<name>fs.secret-key</name><value>{VALUE}</value>\n",
    "markup over lines": f"<password>\n    {VALUE}\n</password>\n",
    "make": f"DB_PASSWORD := {VALUE}\n",
    "a directive": f"requirepass {VALUE}\n",
    "a lisp": f'(setq db-password "{VALUE}")\n',
    "PowerShell": f'ConvertTo-SecureString "{VALUE}" -AsPlainText\n',
    "a type that wraps": f'password = SecretStr("{VALUE}")\n',
    "hex digits": f'SECRET_KEY = bytes.fromhex("{HEX}")\n',
    "a typed let": f'let password: &str = "{VALUE}";\n',
    "letters alone": f'password = "{LETTERS}"\n',
    "a hash sign": "db_password=kT7p#Qz4mXw9\n",
    "a dollar": "db_password=kT7p$Qz4mXw9\n",
    "a parenthesis": "db_password=kT7p(Qz4mXw9\n",
    "a semicolon": "db_password=kT7p;Qz4mXw9\n",
    "JSON in JSON": json.dumps({"cfg": json.dumps({"password": VALUE})}),
    "a basic login": f"Authorization: Basic {LOGIN}\n",
    "a bearer": f"curl -H 'Authorization: Bearer {VALUE}{VALUE}' x\n",
    "a registry": f'{{"auths": {{"r.io": {{"auth": "{LOGIN}"}}}}}}\n',
    "curl": f"curl -u admin:{VALUE} https://x\n",
    "an address with @": f"mysql://root:{VALUE}@{VALUE}@db/app\n",
    "an address with %": f"mysql://root:{VALUE}%40{VALUE}@db/app\n",
    "shared access": f"https://a.blob.core.windows.net/c?sv=2022-11-02&sig={VALUE}{VALUE}%3D\n",
    "Kubernetes": f"kind: Secret\ndata:\n  connection: {CODED}\n",
    "Kubernetes, in lines": f"kind: Secret\ndata:\n  connection: |\n    {CODED}\n",
    "Kubernetes, as text": f"stringData:\n  connection: {VALUE}\nkind: Secret\n",
    "Kubernetes, the second": f"kind: ConfigMap\n---\nkind: Secret\ndata:\n  connection: {CODED}\n",
    "PuTTY, cut off": f"Private-Lines: 14\n{CODED}\n",
    "an array of C": f'static const char password[] = "{VALUE}";\n',
    "an array of a size": f'char db_password[64] = "{VALUE}";\n',
    "an aligned macro": f'#define WIFI_PASSWORD        "{VALUE}"\n',
    "a macro without quotes": f"#define API_TOKEN {VALUE}\n",
    "a string of C++": f'std::string password("{VALUE}");\n',
    "a string of C++ in braces": f'std::string password{{"{VALUE}"}};\n',
    "a typed variable of Go": f'var apiToken string = "{VALUE}"\n',
    "bytes of Go": f'var secretKey = []byte("{VALUE}")\n',
    "an item of a map": f'tokens["alice"] = "{VALUE}"\n',
    "pass in YAML": f"smtp:\n  pass: {VALUE}\n",
    "pass in JSON": f'{{"user": "a", "pass": "{VALUE}"}}\n',
    "pass in an object": f"auth: {{ user: 'a', pass: '{VALUE}' }}\n",
    "pass in INI": f"[db]\npass={VALUE}\n",
    "pass in Perl": f'my $pass = "{VALUE}";\n',
    "dbpass": f'$dbpass = "{VALUE}";\n',
    "a list": f'tokens = ["{VALUE}", "{OTHER}"]\n',
    "a list over lines": f'API_TOKENS = [\n    "{VALUE}",\n    "{OTHER}",\n]\n',
    "a tuple": f'passwords = ("{VALUE}", "{OTHER}")\n',
    "a list of Go": f'var tokens = []string{{"{VALUE}", "{OTHER}"}}\n',
    "a list of Java": f'List<String> tokens = List.of("{VALUE}", "{OTHER}");\n',
    "a list in YAML": f"tokens:\n  - {VALUE}\n  - {OTHER}\n",
    "a quoted list in YAML": f"tokens:\n  - '{VALUE}'\n  - '{OTHER}'\n",
    "a map": f'PASSWORDS = {{"alice": "{VALUE}", "bob": "{OTHER}"}}\n',
    "a map over lines": f'TOKENS = {{\n    "alice": "{VALUE}",\n    "bob": "{OTHER}",\n}}\n',
    "a map in YAML": f"passwords:\n  alice: {VALUE}\n  bob: {OTHER}\n",
    "an option's default": f'parser.add_argument("--token", type=str, default="{VALUE}")\n',
    "a field's default": f'password: str = Field(default="{VALUE}")\n',
    "pairs of a Dockerfile": f"ENV DB_PASSWORD={VALUE} API_TOKEN={OTHER}\n",
    "quoted pairs of a Dockerfile": f'ENV A=1 DB_PASSWORD="{VALUE}" API_TOKEN="{OTHER}"\n',
    "an argument of a Dockerfile": f"ARG DB_PASSWORD={VALUE}\n",
    "a map in a line of YAML": f"db: {{user: app, password: {VALUE}, port: 5}}\n",
    "an anchor": f"password: &pw {VALUE}\n",
    "a tag": f"password: !!str {VALUE}\n",
    "SQL by a plug-in": f"CREATE USER x IDENTIFIED WITH mysql_native_password BY '{VALUE}';\n",
    "SQL without quotes": f"CREATE USER x IDENTIFIED BY {VALUE};\n",
    "SQL Server": f"CREATE LOGIN x WITH PASSWORD = N'{VALUE}';\n",
    "SQL's function": f"SET PASSWORD FOR 'x'@'%' = PASSWORD('{VALUE}');\n",
    "a pair to authenticate": f'requests.get(u, auth=("user", "{VALUE}"))\n',
    "a type that authenticates": f'auth=HTTPBasicAuth("user", "{VALUE}")\n',
    "a call that authenticates": f'req.SetBasicAuth("user", "{VALUE}")\n',
    "a login": f'smtp.login("me@corp.io", "{VALUE}")\n',
    "mysql": f"mysql -u root -p{VALUE} db\n",
    "mysqldump": f"mysqldump -uroot -p'{VALUE}' db > x\n",
    "sshpass": f"sshpass -p {VALUE} ssh a@b\n",
    "docker": f"docker login -u me -p {VALUE} r.io\n",
    "Redis": f"redis-cli -h x -a {VALUE} ping\n",
    "a header of curl": f'curl -H "PRIVATE-TOKEN: {VALUE}" https://x\n',
    "an address with a parameter": f"https://x/?token={VALUE}&page=2\n",
}  # fmt: skip
PARTS = (VALUE, OTHER, VALUE[:10], VALUE[10:], LOGIN, CODED, LETTERS, HEX, "Qz4mXw9")


@pytest.mark.parametrize("name", SECRET)
def test_a_secret_is_masked_in_the_form_it_stands_in(name):
    masked, _ = mask_secrets(SECRET[name])
    assert not [part for part in PARTS if part in masked]
    assert len(masked) == len(SECRET[name])


@pytest.mark.parametrize("name", SECRET)
def test_masking_again_changes_nothing(name):
    masked, _ = mask_secrets(SECRET[name])
    assert mask_secrets(masked)[0] == masked


PLAIN = (
    'password = input("Password: ")',
    "def check_password(password: str) -> bool:",
    "token = tokens[i + 1]",
    'password_field = "new_password"',
    'secret_name = "my-app/database"',
    "# the token=value form is parsed here",
    'password = os.environ["DB_PASSWORD"]',
    'password = os.environ.get("DB_PASSWORD_2", "")',
    "assert response.token == expected_token",
    'fields = ("new_password1", "new_password2")',
    'algorithms = ["id_token_signed_alg", "A128CBC-HS256"]',
    "'BAD_PASSPHRASE': GpgBadPassphrase,",
    "if (key === '_session_token') return { key: '_session_token', value: valueAsDate(value) };",
    'x = "a;\\n request.withCredentials = !!_config.withCredentials;\\n"',
    'token = request.headers.get("X-Token-1")',
    "tsigSecretAlg: hmac-sha256",
    "password: ${DB_PASSWORD:-}",
    "ACCESS_TOKEN 'CaaS-QA[10-209-120-14_e772c8c0-ee55-4e8f-82f9-22576b494a62]'",
    'urls = ["http://user:passwd", "magnet:?xt=urn:btih:be08f00302bc2d1d3cfa3af02024fa647a271431"]',
    "kind: Secret\nmetadata:\n  name: database1\n  namespace: prod2\n",
    "kind: Secret\ndata:\n  connection: {{ .Values.x1 | b64enc }}\n",
    "kind: ConfigMap\ndata:\n  connection: QUJDQUJDQUJD\n",
    "docker run -u 1000:1000 image",
    'assert header == "Basic dGVzdDp0ZXN0"',
    "API_TOKEN=prefix/$API_TOKEN",
    "password=getpass(prompt1)",
    'tokenizer = AutoTokenizer.from_pretrained("org/model-7b-hf2")',
    "token_ids_0=token_ids_0, token_ids_1=token_ids_1",
    '    "GPT2Tokenizer": GPT2Converter,',
    "exports.oAuth1TokenStore = oAuth1TokenStore;",
    'max_tokens: "{settings.limit_2}"',
    'token_pattern = r"[0-9]{1,3}(?:st|nd|rd|th)"',
    "_TOKEN = rf'[{_CHARS9}]+'",
    r"token_remove = r'\[unused\d+\]'",
    "(token_kind, r'DD|DM|DO|DT4|EL')",
    'IMAGE_TOKEN = "[IMG_BREAK]"',
    'TOKEN_PATH = "auth2/v1/token9"',
    'AUTH_TOKEN_HEADER = "X-Auth2-Token1"',
    'PASSWORD_PATTERN = "^[a-z]{8,}9$"',
    'token_endpoint = "oauth2/v2.0/token"',
    'name = f"blk.{number}.embed_tokens.{other}"',
    "cancelToken: defaultToConfig2,",
    "csrfToken: req.body?.csrfToken2,",
    "CredentialsKind credentials = CredentialsKind2::Default;",
    "credentials: ~/.cloud2/keyfile.json",
    "db_password: @DB_PASSWORD",
    'x = "password": "[Filtered]"',
    "postgresql://scott:tiger@localhost/test",
    "https://user:pass@host/path and http://username:password@proxy:3128",
    "amqp://guest:guest@localhost:5672//",
    "https://user1:password1@www.example.com/",
    "https://x/?token=abc&session=123456789",
    'publicKeyToken="1fc8b3b9a1e18e3b"',
    '"AWS::Secrets::Secret": "c85175a4ebcce361"',
    'tokens = ["[CLS]", "[SEP]", "<pad>"]',
    'passwords = ["password", "letmein"]',
    "passwords:\n  alice: changeme\n  bob: <password>",
    "pass: ${SMTP_PASS}",
    "pass: xxx",
    "compass: north12east34",
    'login("/api/v1/users", "POST123456")',
    'auth=("user", "password")',
    "mysql -u root -p database",
    'parser.add_argument("--token", default=None)',
    "ENV TOKEN=${TOKEN} X=1",
    "password: *shared",
)


@pytest.mark.parametrize("text", PLAIN)
def test_what_only_looks_like_a_secret_stays(text):
    assert mask_secrets(f"{text}\n")[0] == f"{text}\n"


@pytest.mark.parametrize(
    "path",
    ["secrets/db.txt", "secrets/db_password", ".secrets/a.json", "secrets-prod.yaml", "app-secrets.yml", "htpasswd",
     ".env-prod", ".env_local", "env.production", "npmrc", "netrc", "key.properties", "android/keystore.properties"],
)  # fmt: skip
def test_a_file_of_secrets_by_its_name(path):
    assert is_secret_path(path)


@pytest.mark.parametrize(
    "path",
    ["secrets/manager.py", "secrets/README.md", "secrets/package.json", "secrets-manager.go", ".env-example",
     "chart/templates/app-secrets.yaml", "docs/secrets.md", "src/environment.ts", "env.yml", "lint/no-secrets.ts"],
)  # fmt: skip
def test_a_file_about_secrets_by_its_name(path):
    assert is_secret_path(path) is None


@pytest.mark.parametrize(
    "text",
    ["secret_key: kabo7tivenu3ramisole\n", "password: *Kt7pQz4mXw9r!\n", "api_token = 'kT|7pQz|4mXw[9]r+Lc2'\n"],
)
def test_words_and_signs_by_chance_make_no_code_of_a_secret(text):
    assert mask_secrets(text)[0] != text


def test_what_is_found_is_said_without_it():
    [span] = find_secrets(f'smtp_pass = "{VALUE}"')
    assert span.reason == "the value of a pass"


VALUE = "kT7pQz4mXw9rLc2vNb8s"


@pytest.mark.parametrize(
    "line",
    [
        "<c>" + f"<password>{VALUE}</password>" * 14,
        ";".join(f"SvcNPassword={VALUE}" for _ in range(14)) + ";",
        "".join(f"<tokenLimit{n}>12</tokenLimit{n}>" for n in range(6)) + f"<password>{VALUE}</password>",
        "".join(f"TokenKey{n}=1;" for n in range(9)) + f"Password={VALUE};",
    ],
)
def test_a_line_without_blanks_has_many_names(line):
    assert mask_secrets(line)[0].count(VALUE) <= 1  # at its very end, nothing shows that a bare value ends
