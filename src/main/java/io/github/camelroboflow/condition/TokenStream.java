package io.github.camelroboflow.condition;

import java.util.List;

/** The tokens of a condition, read one by one, and the wording of what is wrong with them. */
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

    /** The token so many after the next one, or before it. */
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

    /** The text as written from a token to the last one that was read. */
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
            return "a class name with a colon stands in quotes; a variable's name, at the start, ends with a colon and a space";
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
}
