package io.github.camelroboflow.condition;

import io.github.camelroboflow.condition.TokenStream.Token;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** A comparison operator and the number on its right. */
record Comparison(Operator operator, double value) {

    boolean holds(double left) {
        return operator.holds(left, value);
    }

    @Override
    public String toString() {
        return operator.sign + " " + (value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value));
    }

    /** The comparison operators. */
    enum Operator {

        GREATER(">"),
        GREATER_OR_EQUAL(">="),
        LESS("<"),
        LESS_OR_EQUAL("<="),
        EQUAL("="),
        NOT_EQUAL("!=");

        private final String sign;

        Operator(String sign) {
            this.sign = sign;
        }

        static Optional<Operator> of(String sign) {
            for (Operator operator : values()) {
                if (operator.sign.equals(sign)) {
                    return Optional.of(operator);
                }
            }
            return Optional.empty();
        }

        boolean holds(double left, double right) {
            return switch (this) {
                case GREATER -> left > right;
                case GREATER_OR_EQUAL -> left >= right;
                case LESS -> left < right;
                case LESS_OR_EQUAL -> left <= right;
                case EQUAL -> left == right;
                case NOT_EQUAL -> left != right;
            };
        }
    }

    /** Parses an operator and the number after it: a confidence, a share of the image, or a count. */
    static final class ComparisonParser {

        private static final String DECIMAL = "[0-9]+(\\.[0-9]+)?|\\.[0-9]+";
        private static final int MAX_NUMBER_LENGTH = 18;

        private ComparisonParser() {
        }

        static Comparison comparison(TokenStream tokens, String expected, ToDoubleFunction<Token> number) {
            if (!tokens.at(Token.Type.OPERATOR)) {
                throw tokens.unexpected(expected, "");
            }
            Operator operator = Operator.of(tokens.peek().text())
                    .orElseThrow(() -> tokens.unexpected("one of > >= < <= = !=", ""));
            tokens.next();
            double value = number.applyAsDouble(tokens.peek());
            tokens.next();
            return new Comparison(operator, value);
        }

        /** @param counted the compared names as written */
        static double confidence(TokenStream tokens, Token token, String counted) {
            double value = fraction(tokens, token, "a confidence such as 0.8 or 80%");
            if (value <= 1) {
                return value;
            }
            String count = "count" + (counted.startsWith("(") ? counted : "(" + counted + ")");
            String comparison = tokens.peek(-1).text() + " " + token.text();
            throw tokens.wrong(token, token.text() + " is no confidence, which goes from 0 to 1 or from 0% to 100%"
                    + (isInteger(token) ? "; to compare how many there are, write " + count + " " + comparison : "")
                    + percent(token, value));
        }

        static double share(TokenStream tokens, Token token) {
            double value = fraction(tokens, token, "a share of the image such as 0.05 or 5%");
            if (value <= 1) {
                return value;
            }
            throw tokens.wrong(token, token.text() + " is no share of the image, which goes from 0 to 1 or from 0% to 100%"
                    + percent(token, value));
        }

        static double integer(TokenStream tokens, Token token) {
            if (!isInteger(token)) {
                throw tokens.unexpected("a whole number such as 3", "");
            }
            return Integer.parseInt(token.text());
        }

        private static boolean isInteger(Token token) {
            return token.is(Token.Type.WORD) && token.text().matches("[0-9]{1,9}");
        }

        private static double fraction(TokenStream tokens, Token token, String expected) {
            boolean percent = token.text().endsWith("%");
            String number = percent ? token.text().substring(0, token.text().length() - 1) : token.text();
            if (!token.is(Token.Type.WORD) || number.length() > MAX_NUMBER_LENGTH || !number.matches(DECIMAL)) {
                throw tokens.unexpected(expected, "");
            }
            BigDecimal value = new BigDecimal(number);
            return (percent ? value.movePointLeft(2) : value).doubleValue();
        }

        private static String percent(Token token, double value) {
            return value > 100 || token.text().endsWith("%") ? "" : "; for percent, write " + token.text() + "%";
        }
    }
}
