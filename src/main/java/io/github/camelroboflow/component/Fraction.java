package io.github.camelroboflow.component;

import java.math.BigDecimal;

/** Shares as users write them: {@code 0.4}, or {@code 40%}. */
final class Fraction {

    private Fraction() {
    }

    /**
     * @return 0 to 1
     * @throws IllegalArgumentException naming the option, if the text is no share; a bare number above 1 is refused since it could
     *                                  mean 40 % as well as a mistake
     */
    static double parse(String option, String text) {
        String trimmed = text.strip();
        boolean percent = trimmed.endsWith("%");
        double value;
        try {
            BigDecimal number = new BigDecimal(percent ? trimmed.substring(0, trimmed.length() - 1).strip() : trimmed);
            value = (percent ? number.scaleByPowerOfTen(-2) : number).doubleValue();
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + "=" + text + " is no share: write a fraction such as 0.4, or 40%");
        }
        if (value < 0 || value > 1) {
            String hint = percent || value < 0 || value > 100 ? "from 0 to 1, or 0% to 100%"
                    : "a fraction; did you mean " + trimmed + "%?";
            throw new IllegalArgumentException(option + "=" + text + " is out of range: it is " + hint);
        }
        return value;
    }
}
