"""Ways to break a page: each takes a random source and a page's text or bytes and gives a worse one."""

from __future__ import annotations

import re

TAG = re.compile(r"<[^>]*>")
# Pieces that the reader's patterns look for, put where nobody expects them.
WORDS = (
    "点击“ ” “”→“” 「 」 → ( ) (如 如“a”、“b” : : 。 ; 、 ? 1、 (1) ① ⑳ ㈠ ½ ² ٣ 一、 第一步: 步骤1: 所需材料: "
    "办理时限: 注意事项: 线上办理: 线下办理: 支付宝: 打开支付宝, 携带身份证或户口簿、 若未备案,需先 12393 "
    "0510-12345678 北京 吉林吉林 以无锡为例 "
    "(02/30) (99年99月99日) 2026-13-45 25:61 0000-00-00 9999-12-31 来源: 声明: 版权所有 养老金 公积金 "
    "(7000+1)÷0=5 2**9=1 ((((( 1=1=1 -1个工作日 十十月 半年 即时生效或99999999999999999999天 0个月 每人每年0元 "
    "999999999% 《》〔2023〕号 医保 医疗保险 居民医保 职工 省医保APP 404 登录 \u200b \u202e \ufeff \u0301 \u3000 "
    "\x0b \x1c \x85 \u2028 𠮷 😀 ﷽ ㍿ ㋿ ㏰ ﬁ İ ẞ \U000e0041"
).split(" ")
ENTITIES = (
    "&#0;",
    "&#xD800;",
    "&#x110000;",
    "&#65533;",
    "&nbsp;",
    "&lt;p&gt;",
    "&amp;amp;",
    "&#x3c;",
    "&bogus;",
    "&#",
    "&",
)
ATTRIBUTES = (
    "hidden",
    'style="display:none"',
    'style="DISPLAY : None"',
    "href='http://[::1'",
    'href="javascript:1"',
    "id=articleText",
)
TAGS = (
    "p div br h1 h2 li ul table tr td th a b strong span dl dd dt script style title body html svg math template "
    "select font"
).split()
CHARSETS = ("utf-8", "gbk", "gb18030", "big5", "utf-16", "utf-16-le", "utf-8-sig", "shift_jis", "latin-1", "utf-7")


def span(random, text):
    """A random slice of a text, mostly short."""
    start = random.randint(0, len(text))
    return start, min(len(text), start + random.choice((1, 10, 100, 1000)))


def spots(random, text, most=8):
    """Places in a text, last first, so that putting something there moves no other."""
    return sorted((random.randint(0, len(text)) for _ in range(random.randint(1, most))), reverse=True)


def insert(random, text, make, most=8):
    """A text with something put into it here and there."""
    for spot in spots(random, text, most):
        text = text[:spot] + make() + text[spot:]
    return text


def truncated(random, text):
    return text[: random.randint(0, len(text))]


def beheaded(random, text):
    return text[random.randint(0, len(text)) :]


def without_a_slice(random, text):
    start, end = span(random, text)
    return text[:start] + text[end:]


def with_a_slice_again(random, text):
    start, end = span(random, text)
    return insert(random, text, lambda: text[start:end])


def without_tags(random, text):
    share = random.choice((0.05, 0.5, 1))
    return TAG.sub(lambda tag: "" if random.random() < share else tag[0], text)


def with_tags_swapped(random, text):
    tags = TAG.findall(text) or [""]
    share = random.choice((0.05, 0.5, 1))
    return TAG.sub(lambda tag: random.choice(tags) if random.random() < share else tag[0], text)


def with_tags_put_in(random, text):
    return insert(random, text, lambda: f"<{random.choice(('', '/'))}{random.choice(TAGS)}>", most=40)


def with_lines_shuffled(random, text):
    lines = text.splitlines(keepends=True)
    random.shuffle(lines)
    return "".join(lines)


def with_lines_lost(random, text):
    return "".join(line for line in text.splitlines(keepends=True) if random.random() < 0.7)


def on_one_line(random, text):
    return re.sub(r"\s*\n\s*", random.choice(("", " ", "<br>")), text)


def nested(random, text):
    tag, depth = random.choice(TAGS), random.choice((3, 30, 300, 3000))
    return insert(random, text, lambda: f"<{tag}>" * depth, most=2)


def with_a_huge_line(random, text):
    unit = random.choice(WORDS) + random.choice(WORDS) + random.choice(("", "医", "1", " "))
    return insert(random, text, lambda: unit * random.choice((100, 1000, 5000)), most=1)


def with_words(random, text):
    return insert(random, text, lambda: random.choice(WORDS), most=40)


def with_words_swapped(random, text):
    old = random.choice(("医保", "支付宝", "点击", "。", "，", ":", "“", "”", "1", "2026", "日", "</p>", "\n"))
    return text.replace(old, random.choice(WORDS))


def with_any_characters(random, text):
    def some():
        codes = (random.choice((random.randint(0, 0xD7FF), random.randint(0xE000, 0x10FFFF))) for _ in range(9))
        return "".join(map(chr, codes))

    return insert(random, text, some, most=20)


def with_entities(random, text):
    return insert(random, text, lambda: random.choice(ENTITIES) * random.choice((1, 3, 500)), most=6)


def with_an_entity_bomb(random, text):
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY e0 "医保">{levels}]>{text}&e9;'


def with_attributes(random, text):
    count = random.choice((1, 10, 1000))
    flood = " ".join(f'{random.choice(ATTRIBUTES)} data-{n}="{n}"' for n in range(count))
    target = random.choice(TAG.findall(text) or ["<p>"])
    return text.replace(target, f"{target[:-1]} {flood}>", random.choice((1, 3)))


def as_mojibake(random, text):
    wrong = random.choice(("gb18030", "latin-1", "cp1252", "big5"))
    start, end = random.choice(((0, len(text)), span(random, text)))
    return text[:start] + text[start:end].encode().decode(wrong, random.choice(("replace", "ignore"))) + text[end:]


ON_TEXT = (
    truncated,
    beheaded,
    without_a_slice,
    with_a_slice_again,
    without_tags,
    with_tags_swapped,
    with_tags_put_in,
    with_lines_shuffled,
    with_lines_lost,
    on_one_line,
    nested,
    with_a_huge_line,
    with_words,
    with_words,
    with_words_swapped,
    with_words_swapped,
    with_any_characters,
    with_entities,
    with_an_entity_bomb,
    with_attributes,
    as_mojibake,
)


def with_bytes_flipped(random, body):
    flipped = bytearray(body)
    for _ in range(random.choice((1, 3, 100)) if body else 0):
        flipped[random.randrange(len(body))] = random.randrange(256)
    return bytes(flipped)


def with_bytes_lost(random, body):
    start = random.randint(0, len(body))
    return body[:start] + body[start + random.randint(1, 9) :]


def declared_otherwise(random, body):
    return re.sub(rb"charset=[\"']?[\w-]+", b"charset=" + random.choice(CHARSETS).encode(), body)


def with_random_bytes(random, body):
    start = random.randint(0, len(body))
    return body[:start] + random.randbytes(random.choice((1, 50, 5000))) + body[start:]


ON_BYTES = (truncated, with_bytes_flipped, with_bytes_lost, declared_otherwise, with_random_bytes)
