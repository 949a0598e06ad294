package io.github.camelroboflow.condition;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The tokens of a condition, read one by one, and the messages about syntax errors. */
final class TokenStream {

    private final String condition;
    private final List<Token> tokens;
    private int position;

    TokenStream(String condition, int from) {
        this.condition = condition;
        this.tokens = Tokenizer.tokens(condition, from);
    }

    Token peek() {
        return peek(0);
    }

    /** Returns the token at a distance from the next one; a negative distance means an earlier token. */
    Token peek(int ahead) {
        return tokens.get(Math.min(position + ahead, tokens.size() - 1));
    }

    boolean at(Token.Type type) {
        return peek().is(type);
    }

    Token next() {
        Token token = peek();
        position = Math.min(position + 1, tokens.size() - 1);
        return token;
    }

    boolean accept(Token.Type type) {
        boolean found = at(type);
        if (found) {
            next();
        }
        return found;
    }

    Token expect(Token.Type type, String expected) {
        if (!at(type)) {
            throw unexpected(expected);
        }
        return next();
    }

    /** Returns the text as written from a token to the last one that was read. */
    String textFrom(Token first) {
        return condition.substring(first.start(), tokens.get(position - 1).end());
    }

    ConditionSyntaxException wrong(Token token, String problem) {
        return new ConditionSyntaxException(condition, token.column(), problem);
    }

    ConditionSyntaxException unexpected(String expected) {
        return unexpected(expected, hint());
    }

    ConditionSyntaxException unexpected(String expected, String hint) {
        Token token = peek();
        String found = token.is(Token.Type.END) ? "the end" : "'" + condition.substring(token.start(), token.end()) + "'";
        return wrong(token, "found " + found + " where " + expected + " was expected" + (hint.isEmpty() ? "" : "; " + hint));
    }

    private String hint() {
        Token token = peek();
        if (token.is(Token.Type.COMMA)) {
            return isDecimalComma() ? "decimals are written with a point"
                    : "to ask for any of several, write 'or' instead of the comma";
        }
        if (token.is(Token.Type.COLON)) {
            return "a class name with a colon needs quotes; a variable's name, at the start, ends with a colon and a space";
        }
        if (token.is(Token.Type.CLOSE)) {
            return "there is no bracket to close";
        }
        if (token.is(Token.Type.NOT)) {
            return "write 'and not'";
        }
        if (token.isRelation()) {
            return "one relation stands between two names, or lists of names in brackets; relations are joined with 'and' or 'or'";
        }
        if (token.is(Token.Type.OPERATOR)) {
            return token.text().equals("!") ? "write 'not'"
                    : "only a name, a list of names in brackets, count(…) and coverage(…) can be compared, and only once";
        }
        return "";
    }

    private boolean isDecimalComma() {
        Token after = peek(1);
        return position > 0 && endsInDigit(tokens.get(position - 1)) && after.is(Token.Type.WORD)
                && after.start() == peek().end() && Character.isDigit(after.text().charAt(0));
    }

    private static boolean endsInDigit(Token token) {
        return token.is(Token.Type.WORD) && Character.isDigit(token.text().charAt(token.text().length() - 1));
    }

    /**
     * A token of a condition.
     *
     * @param text the token as written; for a quoted name the text between the quotes
     * @param start the start index in the condition, from 0
     * @param end the end index, exclusive
     */
    record Token(Type type, String text, int start, int end) {

        enum Type {
            WORD, QUOTED, OR, AND, NOT, NONE, COUNT, COVERAGE, WITHOUT, NEAR, INSIDE, OVERLAPS,
            OPERATOR, OPEN, CLOSE, COMMA, COLON, END;

            private boolean isKeyword() {
                return compareTo(OR) >= 0 && compareTo(OVERLAPS) <= 0;
            }
        }

        static Token word(String text, int start) {
            String upper = text.toUpperCase(Locale.ROOT);
            for (Type type : Type.values()) {
                if (type.isKeyword() && type.name().equals(upper)) {
                    return new Token(type, text, start, start + text.length());
                }
            }
            return new Token(Type.WORD, text, start, start + text.length());
        }

        boolean is(Type wanted) {
            return type == wanted;
        }

        boolean isKeyword() {
            return type.isKeyword();
        }

        boolean isRelation() {
            return type.compareTo(Type.WITHOUT) >= 0 && type.compareTo(Type.OVERLAPS) <= 0;
        }

        boolean isName() {
            return type == Type.WORD || type == Type.QUOTED;
        }

        int column() {
            return start + 1;
        }
    }

    /** Splits a condition into tokens; the last one is always {@link Token.Type#END}. */
    static final class Tokenizer {

        private static final String OPERATOR_CHARACTERS = "<>=!";
        private static final String NOT_IN_WORDS = "()<>=!,:'\"";

        private final String condition;
        private int position;

        private Tokenizer(String condition, int position) {
            this.condition = condition;
            this.position = position;
        }

        static List<Token> tokens(String condition, int from) {
            return new Tokenizer(condition, from).all();
        }

        static boolean isSpace(char c) {
            return Character.isWhitespace(c) || Character.isSpaceChar(c);
        }

        /** Returns whether the character can be part of an unquoted name. */
        static boolean isInWord(char c) {
            return !isSpace(c) && NOT_IN_WORDS.indexOf(c) < 0;
        }

        private List<Token> all() {
            List<Token> tokens = new ArrayList<>();
            while (true) {
                while (position < condition.length() && isSpace(condition.charAt(position))) {
                    position++;
                }
                if (position == condition.length()) {
                    tokens.add(new Token(Token.Type.END, "", position, position));
                    return tokens;
                }
                Token token = token(condition.charAt(position));
                tokens.add(token);
                position = token.end();
            }
        }

        private Token token(char first) {
            return switch (first) {
                case '(' -> single(Token.Type.OPEN);
                case ')' -> single(Token.Type.CLOSE);
                case ',' -> single(Token.Type.COMMA);
                case ':' -> single(Token.Type.COLON);
                case '\'', '"' -> quoted(first);
                case '<', '>', '=', '!' -> operator();
                default -> word();
            };
        }

        private Token single(Token.Type type) {
            return new Token(type, condition.substring(position, position + 1), position, position + 1);
        }

        private Token quoted(char quote) {
            int close = condition.indexOf(quote, position + 1);
            if (close < 0) {
                throw new ConditionSyntaxException(condition, position + 1, "the quote " + quote
                        + " that opens here is never closed;"
                        + " a class name that contains a quote needs quotes of the other kind");
            }
            return new Token(Token.Type.QUOTED, condition.substring(position + 1, close), position, close + 1);
        }

        private Token operator() {
            int end = position;
            while (end < condition.length() && OPERATOR_CHARACTERS.indexOf(condition.charAt(end)) >= 0) {
                end++;
            }
            return new Token(Token.Type.OPERATOR, condition.substring(position, end), position, end);
        }

        private Token word() {
            int end = position;
            while (end < condition.length() && isInWord(condition.charAt(end))) {
                end++;
            }
            return Token.word(condition.substring(position, end), position);
        }
    }
}
