/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parameters of a probed function, as assumed by the code that reads them from registers.
 *
 * One list of P(TYPE, NAME) defines both the argument numbers and the prototype that the kernel's
 * header has to declare. If a distribution backports a changed prototype to an older version, the
 * module then fails to compile, instead of dereferencing a wrong argument.
 */
#ifndef GHOSTMEM_COMPAT_PROTOTYPE_H
#define GHOSTMEM_COMPAT_PROTOTYPE_H

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/stringify.h>

#define GM_PARAM_TYPE(type, name)	type

/* Asserts that @function is declared to return @result and to take the list @params. */
#define GM_CHECK_PROTOTYPE(function, result, params)			\
	static_assert(__same_type(function, result params(GM_PARAM_TYPE)), \
		      "ghostmem does not know this prototype of " #function "()")

/* Defines the names in the parenthesized @list as constants: the argument numbers, from 0. */
#define GM_ENUM(...)			enum { __VA_ARGS__ }
#define GM_PARAM_NUMBERS(list)		GM_ENUM list

#endif /* GHOSTMEM_COMPAT_PROTOTYPE_H */
