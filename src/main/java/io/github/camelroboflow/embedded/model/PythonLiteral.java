package io.github.camelroboflow.embedded.model;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Reads a Python literal, which exporters write into the metadata of weights: a dict as a {@link Map}, a list, tuple or set as a
 * {@link List}, text as a {@link String}, numbers as {@link Long} and {@link Double}, {@link Boolean}, and {@code None} as
 * {@code null}. Text and escapes follow Python's reference, chapter "Lexical analysis".
 */
final class PythonLiteral {

    private static final int DEEPEST = 100;

    private final String text;
    private int at;
    private int depth;

    private PythonLiteral(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException if it is no literal; the message says where and why */
    static Object parse(String text) {
        PythonLiteral literal = new PythonLiteral(text);
        Object value = literal.value();
        literal.space();
        if (literal.at < text.length()) {
            throw literal.wrong("something follows the value");
        }
        return value;
    }

    /** Returns the text that Python's {@code str()} gives for a value without parts. */
    static String text(Object value) {
        return value == null ? "None"
                : value instanceof Boolean truth ? (truth ? "True" : "False")
                : String.valueOf(value);
    }

    private Object value() {
        space();
        char next = peek();
        if (++depth > DEEPEST) {
            throw wrong("it is nested too deeply");
        }
        Object value = switch (next) {
            case '{' -> braces();
            case '[' -> items(']', new ArrayList<>());
            case '(' -> parentheses();
            default -> next == '\'' || next == '"' || stringPrefix() > 0 ? strings()
                    : Character.isLetter(next) ? constant() : number();
        };
        depth--;
        return value;
    }

    private Object braces() {
        at++;
        space();
        if (peek() == '}') {
            at++;
            return Map.of();
        }
        Object first = value();
        space();
        if (peek() != ':') {
            List<Object> set = new ArrayList<>();
            set.add(first);
            while (separator('}')) {
                set.add(value());
            }
            return set;
        }
        Map<Object, Object> map = new LinkedHashMap<>();
        Object key = first;
        while (true) {
            space();
            if (peek() != ':') {
                throw wrong("a colon is missing after a key");
            }
            at++;
            map.put(key, value());
            if (!separator('}')) {
                return map;
            }
            key = value();
        }
    }

    /** Reads values until the end; the bracket or comma before them is the current character. */
    private List<Object> items(char end, List<Object> items) {
        at++;
        space();
        if (peek() == end) {
            at++;
            return items;
        }
        do {
            items.add(value());
        } while (separator(end));
        return items;
    }

    private Object parentheses() {
        List<Object> items = items(')', new ArrayList<>());
        int before = at - 2;
        while (before > 0 && Character.isWhitespace(text.charAt(before))) {
            before--;
        }
        return items.size() == 1 && text.charAt(before) != ',' ? items.get(0) : items;
    }

    /** Passes a comma, or the end. Returns whether another value follows. */
    private boolean separator(char end) {
        space();
        boolean comma = peek() == ',';
        if (comma) {
            at++;
            space();
        }
        if (peek() == end) {
            at++;
            return false;
        }
        if (!comma) {
            throw wrong("a comma or " + end + " is missing");
        }
        return true;
    }

    /** Returns the length of a prefix such as {@code rb} and the quote after it; 0 if none is here. */
    private int stringPrefix() {
        int end = at;
        while (end < text.length() && end - at < 2 && "rRbBuU".indexOf(text.charAt(end)) >= 0) {
            end++;
        }
        return end > at && end < text.length() && (text.charAt(end) == '\'' || text.charAt(end) == '"') ? end - at : 0;
    }

    /** Reads text, and the texts after it, which Python joins. */
    private String strings() {
        StringBuilder joined = new StringBuilder();
        do {
            int prefix = stringPrefix();
            String kind = text.substring(at, at + prefix).toLowerCase(Locale.ROOT);
            at += prefix;
            joined.append(string(kind.contains("r"), kind.contains("b")));
            space();
        } while (at < text.length() && (text.charAt(at) == '\'' || text.charAt(at) == '"' || stringPrefix() > 0));
        return joined.toString();
    }

    private String string(boolean raw, boolean bytes) {
        char quote = text.charAt(at);
        String triple = String.valueOf(quote).repeat(3);
        String end = text.startsWith(triple, at) ? triple : String.valueOf(quote);
        at += end.length();
        StringBuilder content = new StringBuilder();
        while (!text.startsWith(end, at)) {
            char next = peek();
            if (next == '\n' && end.length() == 1) {
                throw wrong("a text in simple quotes goes over the end of its line");
            }
            if (next != '\\') {
                content.append(next);
                at++;
            } else if (raw) {
                at++;
                content.append('\\').append(peek());
                at++;
            } else {
                at++;
                escape(content, bytes);
            }
        }
        at += end.length();
        return bytes ? new String(content.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
                : content.toString();
    }

    /** Reads the part of an escape after its backslash. */
    private void escape(StringBuilder content, boolean bytes) {
        char kind = peek();
        at++;
        switch (kind) {
            case '\n' -> { }
            case 'a' -> content.append('\u0007');
            case 'b' -> content.append('\b');
            case 'f' -> content.append('\f');
            case 'n' -> content.append('\n');
            case 'r' -> content.append('\r');
            case 't' -> content.append('\t');
            case 'v' -> content.append('\u000b');
            case '\\', '\'', '"' -> content.append(kind);
            case '0', '1', '2', '3', '4', '5', '6', '7' -> content.append((char) octal());
            case 'x' -> content.append((char) hex(2));
            case 'u', 'U', 'N' -> {
                if (bytes) {
                    content.append('\\').append(kind);
                } else {
                    content.appendCodePoint(kind == 'N' ? named() : hex(kind == 'u' ? 4 : 8));
                }
            }
            default -> content.append('\\').append(kind);
        }
    }

    private int octal() {
        int start = at - 1;
        while (at < text.length() && at - start < 3 && text.charAt(at) >= '0' && text.charAt(at) <= '7') {
            at++;
        }
        return Integer.parseInt(text.substring(start, at), 8);
    }

    private int hex(int digits) {
        String code = text.substring(at, Math.min(text.length(), at + digits));
        if (!code.matches("[0-9a-fA-F]{" + digits + "}") || Long.parseLong(code, 16) > Character.MAX_CODE_POINT) {
            throw wrong("an escape is not followed by " + digits + " hexadecimal digits of a character");
        }
        at += digits;
        return Integer.parseInt(code, 16);
    }

    /** Reads the name of a character in braces. */
    private int named() {
        int end = text.indexOf('}', at);
        if (end < 0 || peek() != '{') {
            throw wrong("the name of a character in braces is missing");
        }
        String name = text.substring(at + 1, end);
        at = end + 1;
        try {
            return Character.codePointOf(name);
        } catch (IllegalArgumentException e) {
            throw wrong("no character is called '" + name + "'");
        }
    }

    private Object constant() {
        int start = at;
        while (at < text.length() && Character.isLetterOrDigit(text.charAt(at))) {
            at++;
        }
        return switch (text.substring(start, at)) {
            case "None" -> null;
            case "True" -> true;
            case "False" -> false;
            default -> {
                at = start;
                throw wrong("a name without quotes is no literal");
            }
        };
    }

    private Object number() {
        int start = at;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || "+-._".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        String digits = text.substring(start, at).replaceAll("(?<=[0-9a-fA-FxXoO])_(?=[0-9a-fA-F])", "");
        try {
            String plain = digits.toLowerCase(Locale.ROOT);
            int radix = plain.matches("[+-]?0x.*") ? 16 : plain.matches("[+-]?0o.*") ? 8 : plain.matches("[+-]?0b.*") ? 2 : 10;
            if (radix != 10) {
                return Long.parseLong(plain.replaceFirst("0[xob]", ""), radix);
            }
            if (plain.matches("[+-]?\\d+")) {
                return Long.parseLong(plain);
            }
            if (plain.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)(e[+-]?\\d+)?")) {
                return Double.parseDouble(plain);
            }
        } catch (NumberFormatException e) {
            // is named below
        }
        at = start;
        throw wrong("a value is missing or unknown");
    }

    private void space() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw wrong("it ends too soon");
        }
        return text.charAt(at);
    }

    private IllegalArgumentException wrong(String problem) {
        String rest = text.substring(Math.min(at, text.length()), Math.min(at + 20, text.length())).lines()
                .collect(Collectors.joining(" "));
        return new IllegalArgumentException(problem + " at character " + (at + 1) + (rest.isEmpty() ? "" : " (" + rest + ")"));
    }
}
