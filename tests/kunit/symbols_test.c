// SPDX-License-Identifier: GPL-2.0
/*
 * Names of frames, of live code and frozen ones.
 */
#include <kunit/test.h>
#include <linux/sched.h>

#include "stack/symbols.c"

static char text[KSYM_SYMBOL_LEN];

static int symbols_test_init(struct kunit *test)
{
	struct gm_symbols *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, t);
	gm_symbols_init(t);
	test->priv = t;
	return 0;
}

static void symbols_test_exit(struct kunit *test)
{
	if (test->priv)
		gm_symbols_clear(test->priv);
}

static void builtin_code_has_a_name_and_no_module(struct kunit *test)
{
	unsigned long addr = (unsigned long)schedule + 4;
	struct gm_symbol sym;

	gm_symbols_resolve(test->priv, addr, &sym, text);
	KUNIT_EXPECT_STREQ(test, "schedule", sym.name);
	KUNIT_EXPECT_STREQ(test, "", sym.module);
	KUNIT_EXPECT_EQ(test, GHOSTMEM_CODE_BUILTIN, sym.state);
	KUNIT_EXPECT_EQ(test, 4, sym.offset);
	KUNIT_EXPECT_GT(test, sym.size, 4);
}

static void unknown_code_gives_away_nothing(struct kunit *test)
{
	struct gm_symbol sym;

	gm_symbols_resolve(test->priv, 0xffffffffffff0000UL, &sym, text);
	KUNIT_EXPECT_STREQ(test, "", sym.name);
	gm_symbols_resolve(test->priv, 12345, &sym, text);
	KUNIT_EXPECT_STREQ(test, "", sym.name);
	KUNIT_EXPECT_EQ(test, GHOSTMEM_CODE_UNLOADED, sym.state);
}

static void texts_are_taken_apart(struct kunit *test)
{
	char plain[] = "do_it+0x1a/0x40";
	char module[] = "do_it.isra.0+0x1a/0x40 [e1000 0123abcd]";
	char number[] = "0xffffffffc0001234";
	struct gm_symbol sym;

	gm_symbol_parse(plain, &sym);
	KUNIT_EXPECT_STREQ(test, "do_it", sym.name);
	KUNIT_EXPECT_EQ(test, 0x1a, sym.offset);
	KUNIT_EXPECT_EQ(test, 0x40, sym.size);
	gm_symbol_parse(module, &sym);
	KUNIT_EXPECT_STREQ(test, "do_it.isra.0", sym.name);
	KUNIT_EXPECT_STREQ(test, "e1000", sym.module);
	KUNIT_EXPECT_EQ(test, GHOSTMEM_CODE_LIVE, sym.state);
	gm_symbol_parse(number, &sym);
	KUNIT_EXPECT_STREQ(test, "", sym.name);
}

static void frozen_names_are_kept_once_and_told_unloaded(struct kunit *test)
{
	struct gm_symbols *t = test->priv;
	unsigned long addr = (unsigned long)texts_are_taken_apart + 4;
	unsigned long handle = gm_symbols_freeze(t, addr, GHOSTMEM_CODE_LIVE, "42");
	struct gm_symbol sym;
	unsigned int i;

	KUNIT_EXPECT_TRUE(test, gm_symbols_is_frozen(handle));
	KUNIT_EXPECT_FALSE(test, gm_symbols_is_frozen(addr));
	KUNIT_EXPECT_EQ(test, handle, gm_symbols_freeze(t, addr, GHOSTMEM_CODE_LIVE, "42"));
	/* Freeze more names than the table has room for at first. */
	for (i = 0; i < 200; i++)
		gm_symbols_freeze(t, addr + i % 100, GHOSTMEM_CODE_LIVE, NULL);
	gm_symbols_resolve(t, handle, &sym, text);
	KUNIT_EXPECT_STREQ(test, "texts_are_taken_apart", sym.name);
	KUNIT_EXPECT_STREQ(test, "ghostmem_kunit", sym.module);
	KUNIT_EXPECT_EQ(test, GHOSTMEM_CODE_LIVE, sym.state);
	gm_symbols_unloaded(t, "somebody_else");
	gm_symbols_resolve(t, handle, &sym, text);
	KUNIT_EXPECT_EQ(test, GHOSTMEM_CODE_LIVE, sym.state);
	gm_symbols_unloaded(t, "ghostmem_kunit");
	gm_symbols_resolve(t, handle, &sym, text);
	KUNIT_EXPECT_EQ(test, GHOSTMEM_CODE_UNLOADED, sym.state);
	KUNIT_EXPECT_EQ(test, 0, t->unnamed);
}

static struct kunit_case symbols_cases[] = {
	KUNIT_CASE(builtin_code_has_a_name_and_no_module),
	KUNIT_CASE(unknown_code_gives_away_nothing),
	KUNIT_CASE(texts_are_taken_apart),
	KUNIT_CASE(frozen_names_are_kept_once_and_told_unloaded),
	{}
};

static struct kunit_suite symbols_suite = {
	.name = "ghostmem_symbols",
	.init = symbols_test_init,
	.exit = symbols_test_exit,
	.test_cases = symbols_cases,
};

kunit_test_suite(symbols_suite);
