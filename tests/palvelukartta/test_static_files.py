"""Minification of the project's style sheets and scripts."""

from palvelukartta.static_files import minify


def test_comments_and_indentation_are_left_out():
    assert minify("/* Why\n   so. */\na {\n  color: red; /* here */\n}\n", ".css") == "a {\ncolor: red;\n}\n"
    assert minify("// Why.\nif (a) {\n  // because\n  go();\n}\n", ".js") == "if (a) {\ngo();\n}\n"


def test_what_looks_like_a_comment_stays():
    script = 'const page = "https://palvelukartta.example/"; // here\n'
    assert minify(script, ".js") == script
