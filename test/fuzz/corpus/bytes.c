"int f(void)\r\n{\r\n\tg(\"\u00e9\ud83d\ude00\", \u0000);\r\n\t/* \ud800 */\r\n}\r\n"
