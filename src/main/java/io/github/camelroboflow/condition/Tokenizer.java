package io.github.camelroboflow.condition;

import java.util.ArrayList;
import java.util.List;

/** Cuts a condition into tokens; the last one is always {@link Token.Type#END}. */
final class Tokenizer {

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

    /** Whether the character can be part of an unquoted name. */
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
            throw new ConditionSyntaxException(condition, position + 1, "the quote " + quote + " that opens here is never closed;"
                    + " a class name with a quote in it stands in quotes of the other kind");
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
